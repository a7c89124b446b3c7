// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.PlanDag;

/**
 * An index that is worth building.
 *
 * @param bytes estimated size of the index
 * @param table the table to index
 * @param after the statement's plan with the index
 */
public record Advice(
    IndexCandidate index, Gain gain, long bytes, TableFacts table, PlanDag after) {}
