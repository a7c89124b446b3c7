// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.learner.model.ObservedPlan;
import dev.pgmend.learner.model.training.TrainingOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code pgmend train}. */
@Command(
    name = "pgmend train",
    description = {
      "Runs random queries on embedded Postgres 17 and 18, trains the latency model with the times"
          + " of their plans, and compares it with Postgres' cost on a database that was left out"
          + " of the training."
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the model ranks the plans of the left-out database better than Postgres' cost",
      "1:it does not, or an error occurred",
      "2:the command line is wrong"
    })
public final class TrainMain implements Callable<Integer> {
  private static final List<Integer> SERVERS = List.of(18, 17);
  private static final String MODEL_ROW = "ensemble";
  private static final String COST_ROW = "cost, fitted there";

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "latency.model",
      description = "Output file of the model. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("latency.model");

  @Option(
      names = "--seconds",
      paramLabel = "NUMBER",
      defaultValue = "400",
      description = "How long to run queries. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--leave-out",
      paramLabel = "DATABASE",
      defaultValue = "tpch",
      description = "The database to compare on: tpch, tpcds, pgbench, forum or telemetry.")
  private String leaveOut = "tpch";

  @Option(
      names = "--epochs",
      paramLabel = "NUMBER",
      defaultValue = "12",
      description = "Number of training epochs. Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description =
          "Seed of the initial weights and of the order of plans. Other seeds show how much of a"
              + " difference is chance. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--corpus",
      paramLabel = "FILE",
      description = "Read the plans from this file if it exists, otherwise write them to it.")
  private @Nullable Path corpus;

  @Option(
      names = "--sample",
      paramLabel = "FILE",
      description = "Write the left-out plans to this file.")
  private @Nullable Path sample;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Option(names = "--help", usageHelp = true, description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  private final PrintStream out = System.out;

  /** Runs the command and exits. */
  public static void main(String... args) {
    System.exit(new CommandLine(new TrainMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException, SQLException {
    var plans = plans();
    var options = TrainingOptions.standard().withEpochs(epochs).withSeed(seed);
    var compared = Comparison.leavingOut(leaveOut, plans, options);
    try (var stream = Files.newOutputStream(output)) {
      compared.model().weights().write(stream);
    }
    if (sample != null) {
      Corpus.write(
          plans.stream().filter(plan -> plan.database().equals(leaveOut)).toList(), sample);
    }
    out.println(json ? asJson(compared) : compared.table());
    var model = compared.rows().get(MODEL_ROW);
    var cost = compared.rows().get(COST_ROW);
    return model != null && cost != null && model.spearman() > cost.spearman() ? 0 : 1;
  }

  private List<ObservedPlan> plans() throws IOException, SQLException {
    if (corpus != null && Files.exists(corpus)) {
      return Corpus.read(corpus);
    }
    var databases = TrainingDatabases.all();
    var each = Duration.ofSeconds(seconds).dividedBy((long) SERVERS.size() * databases.size());
    var plans = new ArrayList<ObservedPlan>();
    for (int major : SERVERS) {
      try (var server = TrainingServer.start(major)) {
        for (var database : databases) {
          var found =
              server.collect(database, each, new SplittableRandom(major), InstantSource.system());
          System.err.printf("Postgres %d, %s: %d plans%n", major, database.name(), found.size());
          plans.addAll(found);
        }
      }
    }
    if (corpus != null) {
      Corpus.write(plans, corpus);
    }
    return plans;
  }

  private static String asJson(Comparison compared) throws JsonProcessingException {
    var result = new LinkedHashMap<String, Object>();
    result.put("leftOut", compared.leftOut());
    result.put("plans", compared.plans());
    result.put("coverage", compared.coverage());
    result.put("rows", compared.rows());
    result.put("training", compared.model().weights().facts());
    return new ObjectMapper().writeValueAsString(result);
  }
}
