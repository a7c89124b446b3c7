package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.e2e.kubernetes.Names;
import dev.pgmend.e2e.kubernetes.Scene;
import dev.pgmend.e2e.kubernetes.StageFailedException;
import dev.pgmend.e2e.kubernetes.Tables;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Looks at the HealingActions, and tells each phase once. */
final class ActionWatch {
  private final Scene scene;
  private final Map<String, HealingPhase> told = new HashMap<>();

  /** What is there already is not told. */
  ActionWatch(Scene scene) {
    this.scene = scene;
    list().forEach(action -> told.put(action.getMetadata().getName(), phase(action)));
  }

  /** The actions as they are now. */
  List<HealingAction> look() {
    var actions = list();
    for (var action : actions) {
      var phase = phase(action);
      if (told.put(action.getMetadata().getName(), phase) != phase) {
        scene.console().note("%s %s".formatted(action.getMetadata().getName(), phase));
      }
    }
    return actions;
  }

  /**
   * The action that mends a fault, once it is about.
   *
   * @param about a part of the target's name: of its index or its relation
   */
  Optional<HealingAction> about(String about) {
    return look().stream().filter(action -> isAbout(action, about)).findFirst();
  }

  /** The same, of one type only. */
  Optional<HealingAction> about(String about, String type) {
    return look().stream()
        .filter(action -> isAbout(action, about) && action.getSpec().type().equals(type))
        .findFirst();
  }

  /** The same, once it has ended well. */
  Optional<HealingAction> succeeded(String about, String type) throws StageFailedException {
    return ended(about(about, type));
  }

  /**
   * The same, once it has ended well.
   *
   * @throws StageFailedException if it ended otherwise
   */
  Optional<HealingAction> succeeded(String about) throws StageFailedException {
    return ended(about(about));
  }

  private static Optional<HealingAction> ended(Optional<HealingAction> found)
      throws StageFailedException {
    var action = found.filter(a -> phase(a).ended());
    if (action.isPresent() && phase(action.get()) != HealingPhase.Succeeded) {
      throw new StageFailedException(
          "%s ended as %s: %s"
              .formatted(
                  action.get().getMetadata().getName(),
                  phase(action.get()),
                  status(action.get()).message()));
    }
    return action;
  }

  /** Prints all of them as {@code kubectl get ha} does. */
  void print() throws IOException, InterruptedException {
    var kubectl = scene.kubectl();
    if (kubectl.isPresent()) {
      scene
          .console()
          .table(
              "kubectl get ha -n " + Names.SHOP, kubectl.get().run("get", "ha", "-n", Names.SHOP));
    } else {
      scene
          .console()
          .table(
              "kubectl get ha -n %s   (laid out by the API server; no kubectl on the PATH)"
                  .formatted(Names.SHOP),
              Tables.of(scene.client(), Names.SHOP, "healingactions"));
    }
  }

  private List<HealingAction> list() {
    return scene.client().resources(HealingAction.class).inNamespace(Names.SHOP).list().getItems();
  }

  static HealingPhase phase(HealingAction action) {
    return status(action).phaseOrDefault();
  }

  static HealingActionStatus status(HealingAction action) {
    return Objects.requireNonNullElse(action.getStatus(), HealingActionStatus.EMPTY);
  }

  private static boolean isAbout(HealingAction action, String about) {
    var target = action.getSpec().target();
    return target != null && (about.equals(target.index()) || about.equals(target.relation()));
  }
}
