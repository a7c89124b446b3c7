package dev.pgmend.learner.advice;

import dev.pgmend.learner.plan.PlanDag;

/**
 * An index that is worth building.
 *
 * @param bytes it will take, about
 * @param table that it is for
 * @param after the plan that the statement gets with it
 */
public record Advice(
    IndexCandidate index, Gain gain, long bytes, TableFacts table, PlanDag after) {}
