// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.operator.local.BadManifestsException;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs the commands of the operator; the demo and the tests have their own. */
@QuarkusMain
@Command(
    name = "pgmend",
    description =
        "Finds faults in Postgres servers and repairs them, with approval or automatically.",
    subcommands = {
      AdviseCommand.class,
      ExplainCommand.class,
      InspectCommand.class,
      RunCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::failed)
        .execute(args);
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    var code =
        switch (e) {
          case PostgresConnectionException connect -> ExitCode.of(connect.kind());
          case BadManifestsException _ -> ExitCode.BAD_MANIFESTS;
          default -> throw e;
        };
    command.getErr().println("pgmend: " + e.getMessage());
    return code;
  }
}
