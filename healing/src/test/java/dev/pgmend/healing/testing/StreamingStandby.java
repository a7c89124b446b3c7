// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * What a primary sees of a standby: it receives the log by streaming replication and tells that it
 * has replayed it, or, while it stands still, that it has not.
 */
public final class StreamingStandby implements AutoCloseable {
  private static final int STATUS_MILLIS = 100;

  private final Connection connection;
  private final PGReplicationStream stream;
  private final Thread receiver;
  private volatile boolean still;
  private volatile boolean closing;
  private volatile LogSequenceNumber replayed;

  private StreamingStandby(Connection connection, PGReplicationStream stream) {
    this.connection = connection;
    this.stream = stream;
    this.replayed = stream.getLastReceiveLSN();
    this.receiver = Thread.ofPlatform().name("standby").start(this::receive);
  }

  /** Starts where the primary is, under an application name. */
  public static StreamingStandby of(TestDatabase primary, String name) throws SQLException {
    var properties = new Properties();
    PGProperty.REPLICATION.set(properties, "true");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    PGProperty.APPLICATION_NAME.set(properties, name);
    var here = LogSequenceNumber.valueOf(primary.text("SELECT pg_current_wal_lsn()"));
    var connection = TestServer.connect(primary.spec(), properties);
    var stream =
        connection
            .unwrap(PGConnection.class)
            .getReplicationAPI()
            .replicationStream()
            .physical()
            .withStartPosition(here)
            .withStatusInterval(STATUS_MILLIS, TimeUnit.MILLISECONDS)
            .start();
    return new StreamingStandby(connection, stream);
  }

  /** From now on it receives and replays no more. */
  public void standStill() {
    still = true;
  }

  private void receive() {
    try {
      while (!closing) {
        stream.read();
        if (!still) {
          replayed = stream.getLastReceiveLSN();
        }
        stream.setFlushedLSN(stream.getLastReceiveLSN());
        stream.setAppliedLSN(replayed);
        stream.forceUpdateStatus();
      }
    } catch (SQLException e) {
      if (!closing) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The receiver waits for what may never come, until its connection is taken away. */
  @Override
  public void close() throws SQLException {
    closing = true;
    connection.abort(Runnable::run);
    try {
      receiver.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
