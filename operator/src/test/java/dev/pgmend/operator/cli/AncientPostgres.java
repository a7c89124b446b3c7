// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Says in the wire protocol that it is a Postgres 13, and to whatever is asked of it answers with
 * its version; a real one would have to be downloaded for a single test.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message
 *     formats</a>
 */
final class AncientPostgres implements AutoCloseable {
  private static final String VERSION_NUM = "130022";
  private static final int PROTOCOL_3 = 196608;
  private static final int TEXT_OID = 25;

  private final ServerSocket socket;

  AncientPostgres() throws IOException {
    socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("ancient-postgres").start(this::serve);
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void serve() {
    try {
      while (!socket.isClosed()) {
        try (var client = socket.accept()) {
          talk(client);
        }
      }
    } catch (IOException e) {
      if (!socket.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void talk(Socket client) throws IOException {
    var in = new DataInputStream(client.getInputStream());
    var out = new DataOutputStream(client.getOutputStream());
    greet(in, out);
    var asked = "";
    for (int type = in.read(); type != -1 && type != 'X'; type = in.read()) {
      var body = in.readNBytes(in.readInt() - Integer.BYTES);
      switch (type) {
        case 'P' -> {
          asked = new String(body, StandardCharsets.UTF_8);
          send(out, '1', _ -> {});
        }
        case 'B' -> send(out, '2', _ -> {});
        case 'D' -> describe(out, asked);
        case 'E' -> execute(out, asked);
        case 'C' -> send(out, '3', _ -> {});
        case 'S' -> ready(out);
        case 'Q' -> {
          execute(out, new String(body, StandardCharsets.UTF_8));
          ready(out);
        }
        default -> throw new IOException("Message '" + (char) type + "' is not expected here");
      }
      out.flush();
    }
  }

  private static void greet(DataInputStream in, DataOutputStream out) throws IOException {
    var length = in.readInt();
    while (in.readInt() != PROTOCOL_3) {
      // It asks for TLS or GSSAPI.
      out.write('N');
      length = in.readInt();
    }
    in.readNBytes(length - 2 * Integer.BYTES);
    send(out, 'R', ok -> ok.writeInt(0));
    setting(out, "server_version", "13.22");
    setting(out, "client_encoding", "UTF8");
    setting(out, "DateStyle", "ISO, MDY");
    setting(out, "standard_conforming_strings", "on");
    ready(out);
    out.flush();
  }

  private static void ready(DataOutputStream out) throws IOException {
    send(out, 'Z', body -> body.write('I'));
  }

  private static void describe(DataOutputStream out, String asked) throws IOException {
    if (!isQuery(asked)) {
      send(out, 'n', _ -> {});
      return;
    }
    send(
        out,
        'T',
        row -> {
          row.writeShort(1);
          text(row, "answer");
          row.writeInt(0);
          row.writeShort(0);
          row.writeInt(TEXT_OID);
          row.writeShort(-1);
          row.writeInt(-1);
          row.writeShort(0);
        });
  }

  private static void execute(DataOutputStream out, String asked) throws IOException {
    if (isQuery(asked)) {
      send(
          out,
          'D',
          row -> {
            row.writeShort(1);
            row.writeInt(VERSION_NUM.length());
            row.writeBytes(VERSION_NUM);
          });
    }
    send(out, 'C', end -> text(end, isQuery(asked) ? "SELECT 1" : "SET"));
  }

  private static boolean isQuery(String asked) {
    return asked.contains("SELECT");
  }

  private static void setting(DataOutputStream out, String name, String value) throws IOException {
    send(
        out,
        'S',
        body -> {
          text(body, name);
          text(body, value);
        });
  }

  private static void text(DataOutputStream out, String value) throws IOException {
    out.writeBytes(value);
    out.write(0);
  }

  private interface Body {
    void write(DataOutputStream out) throws IOException;
  }

  private static void send(DataOutputStream out, char type, Body body) throws IOException {
    var bytes = new ByteArrayOutputStream();
    body.write(new DataOutputStream(bytes));
    out.write(type);
    out.writeInt(bytes.size() + Integer.BYTES);
    bytes.writeTo(out);
  }
}
