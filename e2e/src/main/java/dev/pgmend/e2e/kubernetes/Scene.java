package dev.pgmend.e2e.kubernetes;

import dev.pgmend.e2e.image.BuiltImage;
import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.e2e.testbed.workload.Workload;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the stages share: the cluster, and what earlier stages left for later ones. */
public final class Scene implements AutoCloseable {
  private final Settings settings;
  private final Target target;
  private final KubernetesClient client;
  private final Console console;
  private final Ledger ledger = new Ledger();
  private final List<BuiltImage> images = new ArrayList<>();
  private final Deque<Runnable> closers = new ArrayDeque<>();
  private @Nullable Path postgresArchive;
  private @Nullable Login superuser;
  private @Nullable Shop shop;
  private @Nullable Workload workload;

  /** The shop's database as its owner and as pgmend reach it from here. */
  public record Shop(Login owner, Login carer) {}

  public Scene(Settings settings, Target target, KubernetesClient client, Console console) {
    this.settings = settings;
    this.target = target;
    this.client = client;
    this.console = console;
  }

  public Settings settings() {
    return settings;
  }

  public Target target() {
    return target;
  }

  public KubernetesClient client() {
    return client;
  }

  public Console console() {
    return console;
  }

  /** What the shop's users know of its rows. */
  public Ledger ledger() {
    return ledger;
  }

  /** The images of pgmend that were built; the stages add to it. */
  public List<BuiltImage> images() {
    return images;
  }

  /** The image of an application, if it was built. */
  public Optional<BuiltImage> image(String application) {
    return images.stream().filter(image -> image.application().equals(application)).findFirst();
  }

  /** The command line that users have, where it is on the PATH. */
  public Optional<Kubectl> kubectl() {
    return Kubectl.find(target.kubeconfig());
  }

  /** The archive of the Postgres image; empty if the cluster pulls it. */
  public Optional<Path> postgresArchive() {
    return Optional.ofNullable(postgresArchive);
  }

  public void postgresArchive(Path archive) {
    postgresArchive = archive;
  }

  /** The Postgres as seen from here, by its superuser. */
  public Login superuser() {
    return need(superuser, "a Postgres");
  }

  public void superuser(Login login) {
    superuser = login;
  }

  /** The shop's database. */
  public Shop shop() {
    return need(shop, "a shop");
  }

  public void shop(Shop opened) {
    shop = opened;
  }

  /** The shop's users. */
  public Workload workload() {
    return need(workload, "a workload");
  }

  public void workload(Workload started) {
    workload = started;
  }

  /** Has something closed at the end, the newest first. */
  public void atEnd(Runnable closer) {
    closers.push(closer);
  }

  @Override
  public void close() {
    while (!closers.isEmpty()) {
      closers.pop().run();
    }
  }

  private static <T> T need(@Nullable T value, String what) {
    if (value == null) {
      throw new IllegalStateException("no stage has made " + what + " yet");
    }
    return value;
  }
}
