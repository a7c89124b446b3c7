// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.peer;

import dev.pgmend.e2e.testbed.shop.Login;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;

/** Asks every other tool about a server's faults, and keeps the best answer of each. */
public final class Peers {
  private final Login login;
  private final List<Peer> all = load();
  private final Map<String, Opinion> opinions = new LinkedHashMap<>();

  /**
   * @param login a superuser's, as some of the tools need
   */
  public Peers(Login login) {
    this.login = login;
  }

  /** New instances of all tools, by name. */
  public static List<Peer> load() {
    return ServiceLoader.load(Peer.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(peer -> peer.name().toLowerCase(Locale.ROOT)))
        .toList();
  }

  /**
   * Lets the tools see the server before a fault is injected.
   *
   * @throws SQLException if a query fails
   */
  public synchronized void see() throws SQLException {
    try (var session = PeerSession.open(login)) {
      for (var peer : all) {
        peer.see(session);
      }
    }
  }

  /** Asks about a fault while it exists; may be called more than once. */
  public synchronized void ask(Question question) {
    for (var peer : all) {
      opinions.merge(peer.name() + " " + question.fault(), opinion(peer, question), Opinion::or);
    }
  }

  public synchronized List<Opinion> opinions() {
    return List.copyOf(opinions.values());
  }

  /** One session for each tool, so that an error of one does not affect the next. */
  private Opinion opinion(Peer peer, Question question) {
    try (var session = PeerSession.open(login)) {
      return new Opinion(question.fault(), peer.name(), peer.answer(session, question), null);
    } catch (SQLException | RuntimeException e) {
      return new Opinion(question.fault(), peer.name(), null, String.valueOf(e.getMessage()));
    }
  }
}
