// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.gauntlet.fault;

import com.google.auto.service.AutoService;
import dev.pgmend.e2e.gauntlet.Fault;
import dev.pgmend.e2e.gauntlet.TargetServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A service scaled out without a pool: nine of ten connections are in use. */
@AutoService(Fault.class)
public final class ConnectionSaturation implements Fault {
  private final List<Connection> open = new ArrayList<>();

  @Override
  public String detector() {
    return "ConnectionSaturation";
  }

  @Override
  public String target() {
    return "server";
  }

  @Override
  public boolean repairable() {
    return false;
  }

  @Override
  public boolean disturbs() {
    return true;
  }

  @Override
  public void inject(TargetServer server) throws SQLException {
    var maxConnections = Integer.parseInt(server.texts("SHOW max_connections").getFirst());
    var taken =
        Integer.parseInt(
            server
                .texts(
                    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
                .getFirst());
    for (int i = taken; i < maxConnections * 9 / 10; i++) {
      open.add(server.connect());
    }
  }

  @Override
  public boolean isGone(TargetServer server) throws SQLException {
    return server.isTrue(
        "SELECT count(*) < current_setting('max_connections')::int / 2 FROM pg_stat_activity"
            + " WHERE backend_type = 'client backend'");
  }

  @Override
  public void cleanUp(TargetServer server) throws SQLException {
    for (var connection : open) {
      connection.close();
    }
  }
}
