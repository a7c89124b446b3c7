package dev.pgmend.operator.cli;

import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.operator.local.BadManifestsException;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry of every command of the product itself; the demo and the tests have their own. */
@QuarkusMain
@Command(
    name = "pgmend",
    description = "Keeps fleets of Postgres healthy and fast, automatically.",
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
