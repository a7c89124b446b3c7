// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.scene;

import java.io.IOException;
import java.sql.SQLException;

/** One step of the test. The stages run in order. The first failure ends the test. */
public interface Stage {
  /** What the stage does, in a few words for people. */
  String title();

  /**
   * Runs the stage.
   *
   * @return what was observed, in a sentence for people
   * @throws StageFailedException if the expected result did not happen
   */
  String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException;
}
