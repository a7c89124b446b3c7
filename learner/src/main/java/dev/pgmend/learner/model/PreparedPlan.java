// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.model;

import dev.pgmend.learner.attention.PlanGraph;

/**
 * A plan prepared for a model; valid only for that model.
 *
 * @param features standardized, n x F
 * @param graph with times estimated from the cost
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a copy each time would cost too much
public record PreparedPlan(float[][] features, PlanGraph graph) {}
