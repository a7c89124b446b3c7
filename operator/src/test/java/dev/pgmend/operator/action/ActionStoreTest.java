// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.operator.local.InProcessApi;
import dev.pgmend.operator.testing.ActionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ActionStoreTest {
  private InProcessApi api;
  private KubernetesClient client;
  private ActionStore store;
  private HealingAction action;

  @BeforeEach
  void startApi() {
    api = InProcessApi.start();
    client = api.client();
    store = new ActionStore(client);
    action = create();
  }

  @AfterEach
  void stopApi() {
    client.close();
    api.close();
  }

  @Test
  void aChangeIsStoredWhenItReturns() {
    var status = store.change(action, reason("Because"));

    assertThat(status.reason()).isEqualTo("Because");
    assertThat(live().getStatus()).isEqualTo(status);
  }

  @Test
  void aChangeOfTheStatusLeavesTheSpecAsTheUserHasItByNow() {
    var approved = live();
    approved.setSpec(approved.getSpec().withApproval(Approval.Approved));
    client.resource(approved).patch();

    store.change(action, reason("Because"));

    assertThat(live().getSpec().approval()).isEqualTo(Approval.Approved);
  }

  @Test
  void aChangeThatChangesNothingWritesNothing() {
    store.change(action, reason("Because"));
    var version = live().getMetadata().getResourceVersion();

    store.change(action, reason("Because"));
    store.change(action, UnaryOperator.identity());

    assertThat(live().getMetadata().getResourceVersion()).isEqualTo(version);
  }

  @Test
  void whereAnotherWriterCameBetweenTheChangeIsMadeAnewOnWhatThatOneWrote() {
    var tries = new AtomicInteger();

    var status =
        store.change(
            action,
            before -> {
              if (tries.incrementAndGet() == 1) {
                new ActionStore(client).change(action, s -> s.toBuilder().attempts(3).build());
              }
              return before.toBuilder().reason("Because").build();
            });

    assertThat(tries).hasValue(2);
    assertThat(status.attempts()).isEqualTo(3);
    assertThat(live().getStatus().attempts()).isEqualTo(3);
    assertThat(live().getStatus().reason()).isEqualTo("Because");
  }

  @Test
  void nothingIsLostWhenTwoWritersRace() {
    var changes = 8;
    var done = new ArrayList<CompletableFuture<?>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < 2; writer++) {
        var own = new ActionStore(client);
        done.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < changes; i++) {
                    own.change(
                        action, s -> s.toBuilder().attempts(s.attemptsOrDefault() + 1).build());
                  }
                },
                threads));
      }
      done.forEach(CompletableFuture::join);
    }

    assertThat(live().getStatus().attempts()).isEqualTo(2 * changes);
  }

  @Test
  void aRecordThatWasDeletedIsSaidToBeGoneAtOnce() {
    client.resource(action).delete();

    assertThat(store.read(action)).isEmpty();
    assertThatThrownBy(() -> store.change(action, reason("Because")))
        .isInstanceOf(ActionStore.GoneException.class)
        .hasMessageContaining(action.getMetadata().getName());
  }

  @Test
  void aRecordOfTheSameNameThatIsAnotherOneIsNotTouched() {
    client.resource(action).delete();
    var other = create();
    assertThat(other.getMetadata().getUid()).isNotEqualTo(action.getMetadata().getUid());

    assertThat(store.read(action)).isEmpty();
    assertThatThrownBy(() -> store.change(action, reason("Because")))
        .isInstanceOf(ActionStore.GoneException.class);
    assertThat(live().getStatus()).isEqualTo(other.getStatus());
    assertThat(store.read(other)).isPresent();
  }

  @Test
  void aChangeThatThrowsIsNotTriedAgainAndWritesNothing() {
    var tries = new AtomicInteger();

    assertThatThrownBy(() ->
            store.change(
                action,
                _ -> {
                  tries.incrementAndGet();
                  throw new IllegalStateException("not from there");
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("not from there");

    assertThat(tries).hasValue(1);
    assertThat(live().getMetadata().getResourceVersion())
        .isEqualTo(action.getMetadata().getResourceVersion());
  }

  @Test
  void aRecordThatIsRemovedIsGone() {
    store.delete(action);

    assertThat(store.read(action)).isEmpty();
  }

  private HealingAction create() {
    var made = ActionBuilder.action().in(HealingPhase.Proposed).build();
    made.getMetadata().setUid(null);
    return client.resource(made).create();
  }

  private HealingAction live() {
    return client.resource(action).get();
  }

  private static UnaryOperator<HealingActionStatus> reason(String reason) {
    return status -> status.toBuilder().reason(reason).build();
  }
}
