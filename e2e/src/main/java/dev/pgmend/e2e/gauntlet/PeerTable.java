// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet;

import dev.pgmend.e2e.gauntlet.peer.Opinion;
import dev.pgmend.e2e.gauntlet.peer.Peer;
import dev.pgmend.e2e.gauntlet.peer.Peers;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/** Prints what other tools report about the same faults: a line per fault, a column per tool. */
final class PeerTable {
  private final PrintStream out;
  private final List<Peer> peers = Peers.load();

  PeerTable(PrintStream out) {
    this.out = out;
  }

  void print(List<Report> reports) {
    out.println();
    out.println(
        "| Postgres | fault | pgmend | " + columns(peers.stream().map(Peer::name).toList()));
    out.println("|---".repeat(3 + peers.size()) + "|");
    for (var report : reports) {
      for (var outcome : report.outcomes()) {
        if (outcome.skipped() == null) {
          row(report, outcome);
        }
      }
    }
    out.println();
    peers.forEach(peer -> out.println("%s: %s".formatted(peer.name(), peer.source())));
  }

  private void row(Report report, Outcome outcome) {
    out.printf(
        "| %s | %s | %s | %s%n",
        report.postgres(),
        outcome.fault(),
        !outcome.found() ? "no" : outcome.repairable() && outcome.gone() ? "repairs" : "found",
        columns(peers.stream().map(peer -> answer(report, outcome, peer)).toList()));
  }

  private static String answer(Report report, Outcome outcome, Peer peer) {
    return report.opinions().stream()
        .filter(opinion -> opinion.fault().equals(outcome.fault()))
        .filter(opinion -> opinion.peer().equals(peer.name()))
        .map(PeerTable::words)
        .findFirst()
        .orElse("not asked");
  }

  private static String words(Opinion opinion) {
    return opinion.answer() == null ? "failed: " + opinion.problem() : opinion.answer().words();
  }

  private static String columns(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "", " |"));
  }
}
