package dev.pgmend.e2e.kubernetes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A cluster that is there already.
 *
 * @param loader the command that gives archives to its nodes, such as {@code kind load
 *     image-archive}; the archive is its last argument. Empty: the nodes can see the images anyway
 */
public record GivenCluster(Path kubeconfig, List<String> loader) implements Target {
  public GivenCluster {
    loader = List.copyOf(loader);
  }

  @Override
  public String description() {
    return "the cluster of " + kubeconfig;
  }

  @Override
  public void load(Path archive) throws IOException, InterruptedException {
    if (loader.isEmpty()) {
      return;
    }
    var command = new ArrayList<>(loader);
    command.add(archive.toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      var said = output.readAllAsString();
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + said);
      }
    }
  }

  /** It was there before and stays. */
  @Override
  public void close() {}
}
