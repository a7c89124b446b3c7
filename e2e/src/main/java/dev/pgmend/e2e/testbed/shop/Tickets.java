// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.shop;

/** The SQL of the support tickets. */
final class Tickets {
  /** Number of agents, small enough that each has thousands of tickets spread over the table. */
  static final int AGENTS = 40;

  private Tickets() {}

  /** Inserts tickets of the last months, one per minute, each assigned to a random agent. */
  static String insert(int tickets, long seed) {
    return """
    INSERT INTO tickets (agent, opened_at, subject, body)
    SELECT 'agent-' || lpad((1 + abs(hashint8extended(i, %1$d)) %% %2$d)::text, 2, '0'),
           now() - make_interval(mins => %3$d - i),
           'Where is my order ' || i || '?',
           repeat(md5((i + %1$d)::text), 4)
      FROM generate_series(1, %3$d) i
    """
        .formatted(seed, AGENTS, tickets);
  }
}
