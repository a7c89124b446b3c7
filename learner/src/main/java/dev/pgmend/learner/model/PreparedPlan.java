package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.PlanGraph;

/**
 * A plan as a model reads it; only for the model that prepared it.
 *
 * @param features standardised, n x F
 * @param graph with times that the cost suggests
 * @param shape hash of operators and edges, without costs
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record PreparedPlan(float[][] features, PlanGraph graph, long shape) {}
