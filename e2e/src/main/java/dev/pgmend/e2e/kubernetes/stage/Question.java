package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.e2e.testbed.shop.Login;
import java.sql.SQLException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A user who looks rows up by a column that has no index, again and again until closed. */
final class Question implements AutoCloseable {
  /** What helps him. */
  static final String TYPE = "CreateIndexConcurrently";

  private static final long EVERY_MS = 200;
  private static final long SEED = 1;

  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
  private final Thread user;

  private Question(Login login) {
    user = Thread.ofPlatform().name("question").unstarted(() -> use(login));
  }

  static Question ask(Login login) {
    var question = new Question(login);
    question.user.start();
    return question;
  }

  private void use(Login login) {
    var random = new SplittableRandom(SEED);
    try (var connection = login.connect("shop");
        var statement = connection.prepareStatement("SELECT id FROM archive WHERE note = ?")) {
      while (!closing.await(EVERY_MS, TimeUnit.MILLISECONDS)) {
        statement.setString(1, "n" + random.nextInt(BigTable.ROWS));
        statement.executeQuery().close();
      }
    } catch (SQLException e) {
      failure.set(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it; with the error that a user got, if one did. */
  @Override
  public void close() throws SQLException {
    closing.countDown();
    try {
      user.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    var failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }
}
