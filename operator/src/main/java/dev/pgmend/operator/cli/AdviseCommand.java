// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import dev.pgmend.healing.postgres.ConnectionSpec;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.postgres.PostgresConnectionException;
import dev.pgmend.healing.postgres.Purpose;
import dev.pgmend.healing.postgres.Server;
import dev.pgmend.healing.postgres.ServerFacts;
import dev.pgmend.learner.advice.WorkloadAdvice;
import dev.pgmend.learner.app.Learning;
import dev.pgmend.learner.workload.WorkloadSampler;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Analyzes the plans of the workload of one database and advises indexes. */
@Command(
    name = "advise",
    description = {
      "Analyzes the most expensive statements of a database. Shows the bottleneck in each plan, and"
          + " advises indexes with the expected gain and its interval. Uses EXPLAIN only: no"
          + " statement is run and nothing is changed.",
      "Needs pg_stat_statements, and a role that can read the tables (pg_read_all_data) and other"
          + " roles' statements (pg_monitor). If HypoPG is installed, Postgres' own planner decides."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the analysis ran, with or without advice",
      "1:the command failed",
      "2:the command line or the URL is wrong",
      "3:the server cannot be reached",
      "4:the server refused the user or password",
      "5:the database does not exist",
      "6:the server is older than pgmend supports",
      "7:the role lacks rights, or pg_stat_statements is not installed"
    })
final class AdviseCommand implements Callable<Integer> {
  @Option(
      names = "--postgres",
      required = true,
      paramLabel = "URL",
      description = "postgresql://user:password@host:5432/database?sslmode=require")
  private String url = "";

  @Option(
      names = "--statements",
      paramLabel = "N",
      defaultValue = "10",
      description = "Number of statements to analyze. Default: ${DEFAULT-VALUE}.")
  private int statements;

  @Option(
      names = "--json",
      description = "Prints one JSON document, as docs/reference/advise.md describes it.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws SQLException {
    var connection = ConnectionSpec.parse(url);
    try (var session =
        new Server(connection).open(Purpose.INSPECT, "pgmend/advise", connection.database())) {
      var facts = ServerFacts.read(session);
      var sample = new WorkloadSampler(Clock.systemUTC()).look(session, facts);
      if (sample.isEmpty()) {
        return refuse(
            "pg_stat_statements is not installed in %s, so its workload is not known. Add it to shared_preload_libraries, restart, and run there: CREATE EXTENSION pg_stat_statements"
                .formatted(connection.database()));
      }
      var times = Learning.untaught().times();
      var advice = WorkloadAdvice.of(session, facts, sample.get(), times, statements);
      var out = spec.commandLine().getOut();
      if (json) {
        out.println(AdviceJson.of(connection, facts, sample.get(), advice));
      } else {
        var ansi = spec.commandLine().getColorScheme().ansi();
        new AdviceText(out, ansi).print(connection.database(), facts, sample.get(), advice);
      }
      out.flush();
      return facts.seesAllStatistics()
          ? ExitCode.OK
          : refuse(
              "role %s does not see other roles' statements, so the workload may be more than this. Run as a superuser: GRANT pg_monitor TO %s"
                  .formatted(connection.user(), Identifiers.quote(connection.user())));
    }
  }

  private int refuse(String why) {
    spec.commandLine().getErr().println("pgmend: " + why);
    return ExitCode.of(PostgresConnectionException.Kind.MISSING_RIGHTS);
  }
}
