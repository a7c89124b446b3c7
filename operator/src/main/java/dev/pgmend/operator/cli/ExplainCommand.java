// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.healing.explain.Pages;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the page of a finding or a repair, as docs/findings and docs/repairs hold it. */
@Command(
    name = "explain",
    description = {
      "Explains a finding or a repair: what it means, how it is measured, its thresholds, the SQL"
          + " that fixes it and the SQL that undoes that. Without a name, lists them all."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:the page was printed", "2:there is no finding or repair of that name"})
final class ExplainCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FINDING|REPAIR",
      description = "A name such as IndexBloat or ReindexConcurrently, in any case.")
  private @Nullable String name;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    if (name == null) {
      list(out, "Findings", Pages.findingSummaries());
      out.println();
      list(out, "Repairs", Pages.repairSummaries());
    } else {
      out.print(page(name));
    }
    out.flush();
    return ExitCode.OK;
  }

  private String page(String wanted) {
    return Pages.page(wanted)
        .orElseThrow(() ->
            new ParameterException(
                spec.commandLine(),
                "There is no finding or repair %s%s"
                    .formatted(
                        wanted,
                        Pages.nearest(wanted)
                            .map(nearest -> "; did you mean %s?".formatted(nearest))
                            .orElse("; without a name, explain lists them"))));
  }

  private static void list(PrintWriter out, String heading, Map<String, String> summaries) {
    var width = summaries.keySet().stream().mapToInt(String::length).max().orElse(0);
    out.println(heading);
    summaries.forEach((each, summary) ->
        out.println("  %s%s  %s".formatted(each, " ".repeat(width - each.length()), summary)));
  }
}
