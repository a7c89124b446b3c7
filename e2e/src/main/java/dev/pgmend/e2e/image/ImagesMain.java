// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code pgmend images}. */
@Command(
    name = "pgmend images",
    description = {
      "Builds the container images without Docker. Each contains a base image, a Java runtime with"
          + " the required modules, the libraries, and pgmend.",
      "Two builds of one commit with the same JDK and the same base are identical."
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every image was built",
      "1:a build failed; the last line shows the reason",
      "2:the command line is wrong"
    })
public final class ImagesMain implements Callable<Integer> {
  /** glibc without a shell or a package manager. */
  public static final String DEFAULT_BASE = "gcr.io/distroless/cc-debian12:nonroot";

  /** System property with the directory of the checkout. */
  public static final String HOME = "pgmend.home";

  private static final double MS_PER_SECOND = 1_000;

  @Option(
      names = "--base",
      paramLabel = "IMAGE|tar://FILE",
      defaultValue = DEFAULT_BASE,
      description =
          "The base of the images, which must contain glibc. A Docker archive needs no network."
              + " Default: ${DEFAULT-VALUE}.")
  private String base = DEFAULT_BASE;

  @Option(
      names = "--learner-base",
      paramLabel = "IMAGE|tar://FILE",
      description =
          "The base of the learner's image, for example one with CUDA. Default: the same.")
  private @Nullable String learnerBase;

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      description = "Tag of the images. Default: the version of pgmend.")
  private @Nullable String tag;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Directory of the archives. Default: target/images of the checkout.")
  private @Nullable Path output;

  @Option(
      names = "--push",
      paramLabel = "REGISTRY/PREFIX",
      description =
          "Push to REGISTRY/PREFIX/operator:TAG and so on, with the credentials of docker login,"
              + " instead of writing archives.")
  private @Nullable String push;

  @Option(names = "--json", description = "Print one JSON object per image.")
  private boolean json;

  @Option(names = "--help", usageHelp = true, description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs the command and exits. */
  public static void main(String... args) {
    System.exit(new CommandLine(new ImagesMain()).execute(args));
  }

  @Override
  public Integer call() {
    var home = Path.of(System.getProperty(HOME, "."));
    var ofAll = parse(base);
    var ofLearner = learnerBase == null ? ofAll : parse(learnerBase);
    var images =
        new Images(
            home,
            name -> name.equals("learner") ? ofLearner : ofAll,
            tag == null ? Build.version() : tag);
    try {
      if (push != null) {
        images.push(push, this::tell);
      } else {
        images.write(output == null ? home.resolve("target/images") : output, this::tell);
      }
      return CommandLine.ExitCode.OK;
    } catch (IOException e) {
      spec.commandLine().getErr().println("pgmend: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private Base parse(String text) {
    try {
      return Base.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void tell(BuiltImage image) {
    var out = spec.commandLine().getOut();
    var seconds = image.took().toMillis() / MS_PER_SECOND;
    if (json) {
      var node =
          JsonNodeFactory.instance
              .objectNode()
              .put("event", "image")
              .put("application", image.application())
              .put("image", image.reference())
              .put("digest", image.digest())
              .put("seconds", seconds);
      image.archive().ifPresent(file -> node.put("archive", file.toString()));
      out.println(node);
    } else {
      out.println(
          String.format(Locale.ROOT, "%s  %s  %.1f s", image.reference(), image.digest(), seconds));
      image.archive().ifPresent(file -> out.println("  " + file));
    }
    out.flush();
  }
}
