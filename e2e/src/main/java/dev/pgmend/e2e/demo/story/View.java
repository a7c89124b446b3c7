package dev.pgmend.e2e.demo.story;

import dev.pgmend.e2e.testbed.operator.OperatorEvent;

/** Shows the demo. Called by one thread at a time. */
public interface View extends AutoCloseable {
  /** A step has begun. */
  void step(Snapshot now);

  /** The step's detail is worth keeping. */
  void note(Snapshot now);

  /** The step's detail changed, and soon will again. */
  void detail(Snapshot now);

  /** Something changed on a fault. */
  void fault(Snapshot now, FaultProgress progress);

  /** A finding that is not of the demo's making. */
  void otherFinding(Snapshot now, OperatorEvent.Finding finding);

  /**
   * News of an action, or of what holds a statement back.
   *
   * @param line as the operator printed it
   */
  void operatorSaid(String line);

  /** How the workload fares; about once a second. */
  void load(Snapshot now);

  /** The end. */
  void result(DemoResult result);

  @Override
  void close();
}
