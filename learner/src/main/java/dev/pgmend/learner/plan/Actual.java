// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

/**
 * The measurements of EXPLAIN ANALYZE for one operator. Times and rows are means per loop,
 * including children, as Postgres prints them; loops count all processes.
 *
 * @param totalMs time until the last row
 * @param rows that came out
 * @param loops number of executions; 0 if it was never executed
 */
public record Actual(double totalMs, double rows, double loops) {}
