// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.healing.detect.InspectionOptions;
import dev.pgmend.healing.engine.InspectionReport;
import dev.pgmend.healing.engine.Inspector;
import dev.pgmend.healing.finding.Severity;
import dev.pgmend.healing.memory.Memory;
import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.operator.policy.Machines;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Inspects one server and prints findings and their fixes. */
@Command(
    name = "inspect",
    description = {
      "Inspects a server and prints findings, worst first, with the SQL that fixes each one and the"
          + " SQL that undoes the fix. It only reads; nothing is changed."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the inspection ran",
      "1:the command failed",
      "2:the command line or the URL is wrong",
      "3:the server cannot be reached",
      "4:the server refused the user or password",
      "5:the database does not exist",
      "6:the server is older than pgmend supports",
      "7:the role lacks rights, so findings may be missing",
      "10:there are findings of the severity of --fail-on, or worse"
    })
final class InspectCommand implements Callable<Integer> {
  @Option(
      names = "--postgres",
      required = true,
      paramLabel = "URL",
      description = "postgresql://user:password@host:5432/database?sslmode=require")
  private String url = "";

  @Option(
      names = "--all-databases",
      description = "Inspect every database that the role can connect to.")
  private boolean allDatabases;

  @Option(
      names = "--threshold",
      paramLabel = "DETECTOR.NAME=VALUE",
      description =
          "A threshold other than the default, such as IndexBloat.minSaving=1Mi."
              + " `explain` lists them.")
  private Map<String, String> thresholds = Map.of();

  @Option(
      names = "--memory",
      paramLabel = "QUANTITY",
      description =
          "Memory that the server can use, such as 16Gi. Default: read if the server runs here.")
  private @Nullable String memory;

  @Option(
      names = "--cpu",
      paramLabel = "QUANTITY",
      description =
          "Processor cores that the server can use, such as 4. Default: read if the server runs here.")
  private @Nullable String cpu;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Time limit for each database. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Option(
      names = "--fail-on",
      paramLabel = "SEVERITY",
      description =
          "Exit with 10 if a finding has this severity or worse: ${COMPLETION-CANDIDATES}.")
  private @Nullable Severity failOn;

  @Option(
      names = "--json",
      description = "Prints one JSON document, as docs/reference/inspect.md describes it.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws SQLException {
    var options = options();
    var connection = ConnectionSpec.parse(url);
    var inspector = new Inspector(new Server(connection), new Memory());
    var databases = allDatabases ? inspector.databases() : List.of(connection.database());
    var reports = new ArrayList<InspectionReport>();
    reports.add(inspector.inspectServer(options, Duration.ofSeconds(timeoutSeconds), List.of()));
    for (var database : databases) {
      reports.add(inspector.inspect(database, options, Duration.ofSeconds(timeoutSeconds)));
    }
    var out = spec.commandLine().getOut();
    print(out, connection, reports);
    out.flush();
    return exitCode(connection, reports);
  }

  private InspectionOptions options() {
    try {
      return InspectionOptions.of(thresholds)
          .with(Machines.declared(new PgClusterSpec.Machine(memory, cpu, null)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void print(PrintWriter out, ConnectionSpec connection, List<InspectionReport> reports) {
    if (json) {
      out.println(InspectionJson.of(connection, reports));
    } else {
      var ansi = spec.commandLine().getColorScheme().ansi();
      reports.forEach(report -> new InspectionText(out, ansi).print(report));
    }
  }

  private int exitCode(ConnectionSpec connection, List<InspectionReport> reports) {
    if (reports.stream().anyMatch(report -> !report.facts().seesAllStatistics())) {
      spec.commandLine()
          .getErr()
          .println(
              "pgmend: role %s does not see other roles' activity, so findings may be missing. Run as a superuser: GRANT pg_monitor TO %s"
                  .formatted(connection.user(), Identifiers.quote(connection.user())));
      return ExitCode.of(PostgresConnectionException.Kind.MISSING_RIGHTS);
    }
    var bad =
        failOn != null
            && reports.stream()
                .flatMap(report -> report.findings().stream())
                .anyMatch(finding -> finding.severity().compareTo(failOn) >= 0);
    return bad ? ExitCode.FINDINGS : ExitCode.OK;
  }
}
