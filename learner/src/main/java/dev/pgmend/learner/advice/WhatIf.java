// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.PlanDag;
import java.sql.SQLException;
import java.util.Optional;

/** Finds the plan of a statement with one more index. */
interface WhatIf {
  /**
   * The plan with the index.
   *
   * @return empty if the index would not be used, or if this is unknown
   */
  Optional<PlanDag> with(IndexCandidate candidate) throws SQLException;

  /** Name of the source for records. */
  String source();
}
