// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo.story;

/** The steps of the demo, in order. */
public enum Step {
  START("start", "Starting Postgres 18"),
  LOAD("load", "Loading a shop"),
  HEALTHY("healthy", "Measuring the healthy shop"),
  BREAK("break", "Injecting five faults"),
  BROKEN("broken", "Measuring the shop with faults"),
  HEAL("heal", "Finding and repairing"),
  REPAIRED("repaired", "Measuring the repaired shop"),
  CHECK("check", "Comparing every row with the ledger");

  private final String id;
  private final String title;

  Step(String id, String title) {
    this.id = id;
    this.title = title;
  }

  /** Name of the step in JSON. */
  public String id() {
    return id;
  }

  /** Title of the step for people. */
  public String title() {
    return title;
  }
}
