// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.plan.ExplainJson;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.sona.LoraSettings;
import dev.pgmend.learner.sona.MicroLora;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * How long each part of the way takes from EXPLAIN's JSON to a time, by size of the plan; the
 * prediction beside loops over scalars that compute the same. docs/concepts/latency-model.md has
 * the results and the command. Each call is timed by itself, so that a median stands where others
 * use the machine.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class InstantPathBenchmark {
  @Param({"10", "100", "1000"})
  private int operators;

  @Param("TOPOLOGICAL")
  private Mechanism mechanism = Mechanism.TOPOLOGICAL;

  private final LatencyModel model = LatencyModel.bundled();
  private final ScalarModel scalar = new ScalarModel(model.weights());
  private final PlanCache cache = new PlanCache(model);
  private final MicroLora lora =
      new MicroLora(
          LoraSettings.forHidden(model.weights().shape().hidden()), new SplittableRandom(1));
  private String json = explained(1);
  private PlanDag plan = ExplainJson.parse(json);
  private PreparedPlan prepared = model.prepare(plan);
  private Prediction prediction = model.predict(plan);
  private double[] adapted = new double[1];

  public static void main(String... args) throws RunnerException, CommandLineOptionException {
    new Runner(new CommandLineOptions(args)).run();
  }

  @Setup
  public void prepare() {
    json = explained(operators);
    plan = ExplainJson.parse(json);
    prepared = model.prepare(plan);
    prediction = model.predict(prepared, mechanism);
    adapted = new double[plan.size()];
  }

  /** EXPLAIN's JSON to the plan as a graph. */
  @Benchmark
  public PlanDag readJson() {
    return ExplainJson.parse(json);
  }

  /** From the plan to features and the graph for the mechanisms. */
  @Benchmark
  public PreparedPlan prepareFeatures() {
    return model.prepare(plan);
  }

  @Benchmark
  public Prediction predict() {
    return model.predict(prepared, mechanism);
  }

  /** Topological alone, whatever the mechanism. */
  @Benchmark
  public float[] predictByScalarLoops() {
    return scalar.logSelfMs(prepared);
  }

  /** From the plan to a cached prediction, keyed by its features. */
  @Benchmark
  public Prediction predictCached() {
    return cache.predict(plan, mechanism);
  }

  /** A prediction to the adapted times. */
  @Benchmark
  public double[] adapt() {
    lora.adapt(prediction.hidden(), prediction.logSelfMs(), adapted);
    return adapted;
  }

  /** Learning from one statement. */
  @Benchmark
  public double learn() {
    return lora.observe(prediction.hidden(), prediction.logSelfMs(), 100);
  }

  /** As EXPLAIN prints it: scans, joined two at a time at random until one operator is left. */
  private static String explained(int size) {
    var random = new Random(size);
    var open = new ArrayList<ObjectNode>();
    int scans = (size + 1) / 2;
    for (int v = 0; v < size; v++) {
      if (v < scans) {
        open.add(operator("Seq Scan", v, random).put("Relation Name", "t" + v));
      } else {
        var last = operator(open.size() == 1 ? "Aggregate" : "Hash Join", v, random);
        var inputs = last.putArray("Plans").add(take(open, random, "Outer"));
        if (!open.isEmpty()) {
          inputs.add(take(open, random, "Inner"));
          last.put("Hash Cond", "(t%d.id = t%d.parent)".formatted(v, v + 1));
        }
        open.add(last);
      }
    }
    return "[{\"Plan\": %s}]".formatted(open.getFirst());
  }

  private static ObjectNode operator(String type, int v, Random random) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("Node Type", type)
        .put("Total Cost", 10.0 * v + random.nextInt(100))
        .put("Plan Rows", random.nextInt(10_000))
        .put("Plan Width", 16);
  }

  private static ObjectNode take(List<ObjectNode> open, Random random, String role) {
    return open.remove(random.nextInt(open.size())).put("Parent Relationship", role);
  }
}
