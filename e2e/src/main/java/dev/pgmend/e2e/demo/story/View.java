// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.story;

import dev.pgmend.e2e.testbed.operator.OperatorEvent;

/** Shows the demo. Its methods are called by one thread at a time. */
public interface View extends AutoCloseable {
  /** A step began. */
  void step(Snapshot now);

  /** The step has a note, which stays visible. */
  void note(Snapshot now);

  /** The step's detail changed, and will change again soon. */
  void detail(Snapshot now);

  /** The progress of a fault changed. */
  void fault(Snapshot now, FaultProgress progress);

  /** A finding that the demo did not cause. */
  void otherFinding(Snapshot now, OperatorEvent.Finding finding);

  /**
   * An event of an action, or a diagnosis of a slow statement.
   *
   * @param line the line that the operator printed
   */
  void operatorLine(String line);

  /** A sample of the workload; about once a second. */
  void load(Snapshot now);

  /** The demo ended. */
  void result(DemoResult result);

  @Override
  void close();
}
