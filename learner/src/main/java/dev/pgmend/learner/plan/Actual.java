package dev.pgmend.learner.plan;

/**
 * What EXPLAIN ANALYZE measured of one operator. Times and rows are means of one loop, as Postgres
 * gives them, children included; loops count all processes.
 *
 * @param startupMs until the first row
 * @param totalMs until the last
 * @param rows that came out
 * @param loops how many times it ran; 0 if never
 */
public record Actual(double startupMs, double totalMs, double rows, double loops) {}
