package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.PlanDag;
import java.sql.SQLException;
import java.util.Optional;

/** Says which plan a statement would get if there were one more index. */
interface WhatIf {
  /**
   * The plan with the index.
   *
   * @return empty if the index would not be used, or if this can't be told
   */
  Optional<PlanDag> with(IndexCandidate candidate) throws SQLException;

  /** Who says so, as records name it. */
  String source();
}
