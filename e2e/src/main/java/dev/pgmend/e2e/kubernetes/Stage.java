package dev.pgmend.e2e.kubernetes;

import java.io.IOException;
import java.sql.SQLException;

/** One step of the test. The stages run in order, and the first that fails ends it. */
public interface Stage {
  /** What it does, in a few words for people. */
  String title();

  /**
   * Does it.
   *
   * @return what was seen, in a sentence for people
   * @throws StageFailedException if what it had to show did not come about
   */
  String run(Scene scene)
      throws StageFailedException, IOException, SQLException, InterruptedException;
}
