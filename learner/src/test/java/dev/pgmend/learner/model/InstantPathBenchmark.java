package dev.pgmend.learner.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.plan.PlanEdge;
import dev.pgmend.learner.plan.PlanOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

/** How long a prediction takes for a plan that is prepared, by mechanism and size. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 2, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class InstantPathBenchmark {
  @Param({"10", "100", "500", "1000"})
  private int operators;

  @Param({"false", "true"})
  private boolean deep;

  @Param private Mechanism mechanism = Mechanism.TOPOLOGICAL;

  private LatencyModel model = LatencyModel.bundled();
  private PreparedPlan prepared = model.prepare(plan(1, false));

  public static void main(String... args) throws RunnerException, CommandLineOptionException {
    new Runner(new CommandLineOptions(args)).run();
  }

  @Setup
  public void prepare() {
    prepared = model.prepare(plan(operators, deep));
  }

  @Benchmark
  public Prediction predict() {
    return model.predict(prepared, mechanism);
  }

  /**
   * Scans that are joined two at a time, at random until one is left, or each with what came
   * before.
   */
  private static PlanDag plan(int size, boolean deep) {
    var random = new Random(size);
    var json = new ObjectMapper();
    var operators = new ArrayList<PlanOperator>();
    var edges = new ArrayList<PlanEdge>();
    var open = new ArrayList<Integer>();
    for (int v = 0; v < size; v++) {
      boolean joins = open.size() >= 2 && (deep || v > size / 2);
      operators.add(
          new PlanOperator(
              json.createObjectNode()
                  .put("Node Type", joins ? "Hash Join" : "Seq Scan")
                  .put("Total Cost", 10.0 * v + random.nextInt(100))
                  .put("Plan Rows", random.nextInt(10_000))
                  .put("Plan Width", 16)));
      if (joins) {
        edges.add(new PlanEdge(take(open, random), v, PlanEdge.Role.OUTER));
        edges.add(new PlanEdge(take(open, random), v, PlanEdge.Role.INNER));
      }
      open.add(v);
    }
    return new PlanDag(operators, edges, Map.of());
  }

  private static int take(List<Integer> open, Random random) {
    int at = random.nextInt(open.size());
    int taken = open.get(at);
    open.set(at, open.getLast());
    open.removeLast();
    return taken;
  }
}
