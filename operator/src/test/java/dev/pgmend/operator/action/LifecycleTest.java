// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.action;

import static dev.pgmend.operator.testing.ActionBuilder.action;
import static dev.pgmend.operator.testing.PolicyBuilder.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pgmend.api.v1alpha1.ActionMode;
import dev.pgmend.api.v1alpha1.Annotations;
import dev.pgmend.api.v1alpha1.Approval;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.api.v1alpha1.PolicyMode;
import dev.pgmend.healing.engine.Direction;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.operator.action.Situation.Sighting;
import dev.pgmend.operator.policy.EffectivePolicy;
import dev.pgmend.operator.testing.ActionBuilder;
import dev.pgmend.operator.testing.PolicyBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleTest {
  private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");
  private static final String AT_NOON = "0 12 * * *";
  private static final String AT_NIGHT = "0 2 * * *";

  /**
   * What a user or a policy may say of an action, and where that leads from Proposed: nowhere,
   * where the policy forbids it.
   */
  enum Rule {
    POLICY_SAYS_NEVER(PolicyMode.Auto, ActionMode.Never, null, false, null),
    NEVER_THOUGH_THE_USER_APPROVED(
        PolicyMode.Auto, ActionMode.Never, Approval.Approved, false, null),
    NEVER_THOUGH_GIT_APPROVED(PolicyMode.Auto, ActionMode.Never, null, true, null),
    OBSERVE(PolicyMode.Observe, null, null, false, null),
    OBSERVE_THOUGH_NAMED_AUTO(PolicyMode.Observe, ActionMode.Auto, Approval.Approved, true, null),
    RECOMMEND(PolicyMode.Recommend, null, null, false, HealingPhase.AwaitingApproval),
    RECOMMEND_AND_APPROVED(
        PolicyMode.Recommend, null, Approval.Approved, false, HealingPhase.Scheduled),
    RECOMMEND_AND_APPROVED_IN_GIT(PolicyMode.Recommend, null, null, true, HealingPhase.Scheduled),
    RECOMMEND_AND_FORBIDDEN(
        PolicyMode.Recommend, null, Approval.Denied, false, HealingPhase.Cancelled),
    FORBIDDEN_THOUGH_GIT_APPROVED(
        PolicyMode.Recommend, null, Approval.Denied, true, HealingPhase.Cancelled),
    ONLY_ITS_TYPE_RECOMMENDED(
        PolicyMode.Auto, ActionMode.Recommend, null, false, HealingPhase.AwaitingApproval),
    AUTO(PolicyMode.Auto, null, null, false, HealingPhase.Scheduled),
    ONLY_ITS_TYPE_AUTO(PolicyMode.Recommend, ActionMode.Auto, null, false, HealingPhase.Scheduled),
    AUTO_AND_APPROVED(PolicyMode.Auto, null, Approval.Approved, false, HealingPhase.Scheduled),
    AUTO_AND_FORBIDDEN(PolicyMode.Auto, null, Approval.Denied, false, HealingPhase.Cancelled);

    private final PolicyMode mode;
    private final ActionMode ofType;
    private final @Nullable Approval approval;
    private final boolean approvedInGit;
    private final @Nullable HealingPhase leadsTo;

    Rule(
        PolicyMode mode,
        ActionMode ofType,
        @Nullable Approval approval,
        boolean approvedInGit,
        @Nullable HealingPhase leadsTo) {
      this.mode = mode;
      this.ofType = ofType;
      this.approval = approval;
      this.approvedInGit = approvedInGit;
      this.leadsTo = leadsTo;
    }

    HealingAction action(HealingPhase phase) {
      return ActionBuilder.action().in(phase).approval(approval).build();
    }

    PolicyBuilder policy() {
      var policy = PolicyBuilder.policy(mode);
      if (ofType != null) {
        policy.action(ActionBuilder.TYPE, ofType);
      }
      return approvedInGit ? policy.approving(ActionBuilder.NAME) : policy;
    }
  }

  @ParameterizedTest
  @EnumSource
  void proposalFollowsUserAndPolicy(Rule rule) {
    follows(next(rule.action(HealingPhase.Proposed), SituationBuilder.under(rule.policy())), rule);
  }

  /** It enters the phase that the leave leads to or, without one, stays and waits for a policy. */
  private static void follows(Transition transition, Rule rule) {
    if (rule.leadsTo == null) {
      assertThat(transition)
          .asInstanceOf(type(Transition.Wait.class))
          .extracting(Transition.Wait::reason)
          .isEqualTo(Lifecycle.FORBIDDEN_BY_POLICY);
    } else {
      assertThat(transition)
          .asInstanceOf(type(Transition.To.class))
          .extracting(Transition.To::phase)
          .isEqualTo(rule.leadsTo);
    }
  }

  @Test
  void forbiddenActionExpiresWhenItsFindingIsGone() {
    var observing = SituationBuilder.under(policy(PolicyMode.Observe));

    assertThat(to(scheduled().build(), observing.seen(Sighting.GONE)).phase())
        .isEqualTo(HealingPhase.Expired);
  }

  @ParameterizedTest
  @EnumSource
  void waitingActionFollowsUserAndPolicy(Rule rule) {
    var transition =
        next(rule.action(HealingPhase.AwaitingApproval), SituationBuilder.under(rule.policy()));

    if (rule.leadsTo == HealingPhase.AwaitingApproval) {
      assertThat(transition)
          .asInstanceOf(type(Transition.Wait.class))
          .satisfies(wait -> {
            assertThat(wait.reason()).isEqualTo("AwaitingApproval");
            assertThat(wait.message()).contains("nights", "spec.approval", "approvals");
          });
    } else {
      follows(transition, rule);
    }
  }

  @ParameterizedTest
  @EnumSource
  void scheduledActionRunsOnlyWhileUserAndPolicyAllowIt(Rule rule) {
    var transition =
        next(rule.action(HealingPhase.Scheduled), SituationBuilder.under(rule.policy()));

    if (rule.leadsTo == HealingPhase.Scheduled) {
      assertThat(transition).isEqualTo(new Transition.Run(Direction.FORWARD));
    } else {
      follows(transition, rule);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HealingPhase.class,
      names = {"Proposed", "AwaitingApproval", "Scheduled"})
  void approvalFromTheCreatorDoesNotCountAndTheMessageSaysSo(HealingPhase phase) {
    var action = action().in(phase).createdWith(Approval.Approved).build();
    var recommends = SituationBuilder.under(policy(PolicyMode.Recommend));

    assertThat(awaited(next(action, recommends)))
        .contains("when the action was created", "remove it, then set it again", "spec.approvals");

    action.getMetadata().setGeneration(null);
    assertThat(awaited(next(action, recommends))).contains("when the action was created");
  }

  @Test
  void denialFromTheCreatorDoesNotCountAndTheMessageSaysSo() {
    var action = action().createdWith(Approval.Denied).build();

    assertThat(to(action, auto()))
        .satisfies(to -> {
          assertThat(to.phase()).isEqualTo(HealingPhase.Scheduled);
          assertThat(to.message())
              .contains("runs Analyze automatically", "spec.approval: Denied does not count");
        });
    assertThat(awaited(next(action, SituationBuilder.under(policy(PolicyMode.Recommend)))))
        .contains("spec.approval: Denied does not count");
  }

  @Test
  void modeAutoRunsWhateverTheCreatorSet() {
    assertThat(to(action().createdWith(Approval.Approved).build(), auto()).message())
        .startsWith("policy nights runs Analyze automatically");
  }

  @ParameterizedTest
  @ValueSource(strings = {"forged", "shop-analyze-0123456789", "shop-analyze-0123456789-2"})
  void approvalByNameCountsOnlyIfTheContentGivesTheName(String name) {
    var policy = policy(PolicyMode.Recommend).approving(name);

    assertThat(awaited(next(action(name).build(), SituationBuilder.under(policy))))
        .contains("policy nights approves this name", "is named " + ActionBuilder.NAME);
  }

  @Test
  void approvalByNameCountsForARepeatedRepair() {
    var again = ActionBuilder.NAME + "-2";
    var policy = policy(PolicyMode.Recommend).approving(again);

    assertThat(to(action(again).build(), SituationBuilder.under(policy)).message())
        .isEqualTo("policy nights lists it in spec.approvals");
  }

  private static String awaited(Transition transition) {
    return switch (transition) {
      case Transition.To to -> {
        assertThat(to.phase()).isEqualTo(HealingPhase.AwaitingApproval);
        yield to.message();
      }
      case Transition.Wait wait -> {
        assertThat(wait.reason()).isEqualTo("AwaitingApproval");
        yield wait.message();
      }
      default -> throw new AssertionError("It does not wait for approval, but " + transition);
    };
  }

  @Test
  void actionWithoutStatusIsProposed() {
    var action = action().build();
    action.setStatus(null);

    assertThat(next(action, auto()))
        .asInstanceOf(type(Transition.To.class))
        .extracting(Transition.To::phase)
        .isEqualTo(HealingPhase.Scheduled);
  }

  @Test
  void reasonNamesWhoDeniesOrAllows() {
    assertThat(to(action().approval(Approval.Denied).build(), auto()))
        .isEqualTo(new Transition.To(HealingPhase.Cancelled, "Denied", "spec.approval is Denied"));
    assertThat(wait(action().build(), SituationBuilder.under(policy(PolicyMode.Observe))))
        .extracting(Transition.Wait::reason, Transition.Wait::message)
        .containsExactly("ForbiddenByPolicy", "policy nights does not allow Analyze");
    assertThat(to(action().approval(Approval.Approved).build(), auto()).message())
        .isEqualTo("spec.approval is Approved");
    assertThat(to(action().build(), auto()).message())
        .isEqualTo("policy nights runs Analyze automatically");
  }

  @ParameterizedTest
  @EnumSource(
      value = HealingPhase.class,
      names = {"Proposed", "AwaitingApproval", "Scheduled"})
  void expiresOrIsSupersededBeforeItRuns(HealingPhase phase) {
    var action = action().in(phase).build();

    assertThat(to(action, auto().seen(Sighting.GONE)))
        .extracting(Transition.To::phase, Transition.To::reason)
        .containsExactly(HealingPhase.Expired, "FindingGone");
    assertThat(to(action, auto().seen(Sighting.CHANGED)))
        .extracting(Transition.To::phase, Transition.To::reason)
        .containsExactly(HealingPhase.Superseded, "StatementsDiffer");
  }

  @ParameterizedTest
  @EnumSource(
      value = HealingPhase.class,
      names = {"Proposed", "AwaitingApproval"})
  void schedulesBeforeTheFindingIsConfirmed(HealingPhase phase) {
    assertThat(to(action().in(phase).build(), auto().seen(Sighting.UNKNOWN)).phase())
        .isEqualTo(HealingPhase.Scheduled);
  }

  @Test
  void waitsForTheInspectionThatConfirmsTheFinding() {
    assertThat(wait(scheduled().build(), auto().seen(Sighting.UNKNOWN)).reason())
        .isEqualTo("WaitingForInspection");
  }

  @Test
  void deniedActionIsCancelledEvenIfItsFindingIsGone() {
    // A cancelled record keeps it from being proposed again; an expired one would not.
    assertThat(to(action().approval(Approval.Denied).build(), auto().seen(Sighting.GONE)).phase())
        .isEqualTo(HealingPhase.Cancelled);
  }

  /** Its own first statement makes the finding look another, or gone. */
  @ParameterizedTest
  @EnumSource(Sighting.class)
  void partiallyAppliedActionResumesWhateverItsFindingLooksLike(Sighting sighting) {
    assertThat(next(scheduled().partiallyApplied().build(), auto().seen(sighting)))
        .isEqualTo(new Transition.Run(Direction.FORWARD));
  }

  @ParameterizedTest
  @EnumSource(
      value = HealingPhase.class,
      names = {"AwaitingApproval", "Scheduled"})
  void deniedPartiallyAppliedActionIsUndone(HealingPhase phase) {
    var forbidden = action().in(phase).partiallyApplied().approval(Approval.Denied);

    assertThat(to(forbidden.undoneBy("ALTER").build(), auto()).phase())
        .isEqualTo(HealingPhase.RollingBack);
    assertThat(to(forbidden.undoneBy().build(), auto()).phase()).isEqualTo(HealingPhase.Cancelled);
  }

  @Test
  void waitsWhileTheClusterIsPaused() {
    assertThat(wait(scheduled().build(), auto().paused(true)).reason()).isEqualTo("Paused");
  }

  @Test
  void waitsOutsideItsWindowsAndNamesTheNext() {
    var policy = policy(PolicyMode.Auto).window(AT_NIGHT, "2h").window("0 22 * * *", "1h");

    assertThat(wait(scheduled().build(), SituationBuilder.under(policy)))
        .extracting(Transition.Wait::reason, Transition.Wait::message)
        .containsExactly("WaitingForWindow", "the next window opens at 2026-03-04T22:00:00Z");
  }

  @Test
  void runsInsideAWindow() {
    var policy = policy(PolicyMode.Auto).window(AT_NIGHT, "2h").window(AT_NOON, "1h");

    assertThat(next(scheduled().build(), SituationBuilder.under(policy).at(NOON)))
        .isEqualTo(new Transition.Run(Direction.FORWARD));
  }

  @Test
  void waitsIfTheIndexIsLargerThanTheBudget() {
    var policy = policy(PolicyMode.Auto).maxIndexSize("10Mi");

    assertThat(
            wait(
                scheduled().build(), SituationBuilder.under(policy).building(10 * ByteSize.MB + 1)))
        .satisfies(wait -> {
          assertThat(wait.reason()).isEqualTo("OverBudget");
          assertThat(wait.message()).contains("10.0 MB", "budget.maxIndexSize");
        });
    assertThat(next(scheduled().build(), SituationBuilder.under(policy).building(10 * ByteSize.MB)))
        .isEqualTo(new Transition.Run(Direction.FORWARD));
  }

  @Test
  void measuresTheWorkloadBeforeTheRepair() {
    var missing = Duration.ofSeconds(77);

    assertThat(wait(scheduled().build(), auto().notYetWatched(missing)))
        .extracting(Transition.Wait::reason, Transition.Wait::recheck)
        .containsExactly("MeasuringBefore", missing);
  }

  @Test
  void measuresForThreeWindowsAtMost() {
    var window = policy(PolicyMode.Auto).spec().verificationOrDefault().windowOrDefault();
    var longEnough = NOON.plus(window.multipliedBy(3));
    var action = scheduled().entered(HealingPhase.Scheduled, NOON).build();
    var missing = Duration.ofSeconds(77);

    assertThat(wait(action, auto().at(longEnough).notYetWatched(missing)).reason())
        .isEqualTo("MeasuringBefore");
    assertThat(next(action, auto().at(longEnough.plusMillis(1)).notYetWatched(missing)))
        .isEqualTo(new Transition.Run(Direction.FORWARD));
  }

  @Test
  void doesNotMeasureWithoutStatistics() {
    assertThat(next(scheduled().build(), auto().unmeasurable()))
        .isEqualTo(new Transition.Run(Direction.FORWARD));
  }

  @Test
  void waitsForAnotherActionAndNamesIt() {
    assertThat(wait(scheduled().build(), auto().blockedBy("shop-reindex-1")))
        .extracting(Transition.Wait::reason, Transition.Wait::message)
        .containsExactly("WaitingForAction", "waiting for shop-reindex-1");
  }

  @Test
  void reportsTheLongestWaitFirst() {
    var elsewhere = policy(PolicyMode.Auto).window(AT_NIGHT, "2h").maxIndexSize("1");
    var inWindow = policy(PolicyMode.Auto).window(AT_NOON, "2h").maxIndexSize("1");
    var inBudget = policy(PolicyMode.Auto).window(AT_NOON, "2h").maxIndexSize("100");
    var missing = Duration.ofMinutes(1);

    assertThat(
            Stream.of(
                    all(elsewhere, missing).paused(true),
                    all(elsewhere, missing),
                    all(inWindow, missing),
                    all(inBudget, missing),
                    all(inBudget, missing).seen(Sighting.PRESENT),
                    all(inBudget, Duration.ZERO).seen(Sighting.PRESENT))
                .map(situation -> wait(scheduled().build(), situation).reason()))
        .containsExactly(
            "Paused",
            "WaitingForWindow",
            "OverBudget",
            "WaitingForInspection",
            "MeasuringBefore",
            "WaitingForAction");
  }

  private static SituationBuilder all(PolicyBuilder policy, Duration missing) {
    return SituationBuilder.under(policy)
        .seen(Sighting.UNKNOWN)
        .building(100)
        .notYetWatched(missing)
        .blockedBy("other");
  }

  @ParameterizedTest
  @CsvSource({"1, 15", "2, 30", "3, 60", "4, 120", "5, 240", "6, 480", "9, 3840", "99, 3840"})
  void doublesTheWaitAfterEachStoppedAttempt(int attempts, int seconds) {
    var action = scheduled().attempts(attempts).entered(HealingPhase.Scheduled, NOON).build();
    var waitsFor = Duration.ofSeconds(seconds);

    assertThat(next(action, auto().at(NOON))).isEqualTo(new Transition.Keep(waitsFor));
    assertThat(next(action, auto().at(NOON.plus(waitsFor).minusMillis(1))))
        .isEqualTo(new Transition.Keep(Duration.ofMillis(1)));
    assertThat(next(action, auto().at(NOON.plus(waitsFor))))
        .isEqualTo(new Transition.Run(Direction.FORWARD));
  }

  @Test
  void backoffKeepsTheReasonOfTheStoppedAttempt() {
    // A Wait would write a reason of its own over it.
    var action = scheduled().attempts(1).entered(HealingPhase.Scheduled, NOON).build();

    assertThat(next(action, auto().at(NOON).seen(Sighting.UNKNOWN).blockedBy("other")))
        .isInstanceOf(Transition.Keep.class);
  }

  @Test
  void firstAttemptHasNoBackoff() {
    var action = scheduled().entered(HealingPhase.Scheduled, NOON).build();

    assertThat(next(action, auto().at(NOON))).isEqualTo(new Transition.Run(Direction.FORWARD));
  }

  @ParameterizedTest
  @EnumSource
  void runningAndVerifyingContinueUnderAnyPolicy(Rule rule) {
    var situation = SituationBuilder.under(rule.policy()).paused(true).seen(Sighting.GONE);

    assertThat(next(rule.action(HealingPhase.Running), situation))
        .isEqualTo(new Transition.Run(Direction.FORWARD));
    assertThat(next(rule.action(HealingPhase.RollingBack), situation))
        .isEqualTo(new Transition.Run(Direction.BACK));
    assertThat(next(rule.action(HealingPhase.Verifying), situation))
        .isEqualTo(new Transition.Judge());
  }

  @Test
  void undoesASuccessOnRequest() {
    var action =
        ended(HealingPhase.Succeeded)
            .undoneBy("CREATE INDEX i ON t (a)")
            .annotated(Annotations.UNDO, "true")
            .build();

    assertThat(to(action, auto()))
        .extracting(Transition.To::phase, Transition.To::reason)
        .containsExactly(HealingPhase.RollingBack, "UndoRequested");
  }

  @Test
  void keepsASuccessThatCannotBeUndone() {
    assertThat(
            next(ended(HealingPhase.Succeeded).annotated(Annotations.UNDO, "true").build(), auto()))
        .isInstanceOf(Transition.Keep.class);
  }

  @Test
  void onlyTheValueTrueRequestsAnUndo() {
    var undoable = ended(HealingPhase.Succeeded).undoneBy("DROP INDEX i");

    assertThat(next(undoable.annotated(Annotations.UNDO, "false").build(), auto()))
        .isInstanceOf(Transition.Keep.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = HealingPhase.class,
      names = {"RolledBack", "Failed", "Cancelled", "Superseded", "Expired"})
  void undoesOnlyASuccess(HealingPhase phase) {
    var action = ended(phase).undoneBy("DROP INDEX i").annotated(Annotations.UNDO, "true").build();

    assertThat(next(action, auto())).isInstanceOf(Transition.Keep.class);
  }

  @ParameterizedTest
  @MethodSource("endedPhases")
  void removesTheRecordAfterItsRetention(HealingPhase phase) {
    var action = ended(phase).build();
    var over = NOON.plus(Retention.TIME);

    assertThat(next(action, auto().at(NOON.plus(Duration.ofDays(29)))))
        .isEqualTo(new Transition.Keep(Duration.ofDays(1)));
    assertThat(next(action, auto().at(over.minusMillis(1))))
        .isEqualTo(new Transition.Keep(Duration.ofMillis(1)));
    assertThat(next(action, auto().at(over))).isEqualTo(new Transition.Remove());
  }

  @ParameterizedTest
  @MethodSource("endedPhases")
  void keepsARecordWithoutEndTime(HealingPhase phase) {
    assertThat(next(action().in(phase).build(), auto()))
        .isEqualTo(new Transition.Keep(Retention.TIME));
  }

  static Stream<HealingPhase> endedPhases() {
    return Arrays.stream(HealingPhase.values()).filter(HealingPhase::ended);
  }

  @ParameterizedTest
  @EnumSource(HealingPhase.class)
  void endsActionsOfADeletedCluster(HealingPhase phase) {
    var action = ended(phase).build();

    var transition = Lifecycle.withoutCluster(action, NOON);

    if (phase.ended()) {
      assertThat(transition).isEqualTo(new Transition.Keep(Retention.TIME));
    } else {
      assertThat(transition)
          .asInstanceOf(type(Transition.To.class))
          .satisfies(to -> {
            assertThat(to.reason()).isEqualTo("ClusterDeleted");
            assertThat(to.phase().ended()).isTrue();
            assertThat(phase.next()).contains(to.phase());
            assertThat(to.message()).contains("PgCluster shop was deleted");
          });
    }
  }

  @Test
  void cancelsWhatHasNotBegunIfTheClusterIsDeleted() {
    assertThat(Lifecycle.withoutCluster(scheduled().build(), NOON))
        .isEqualTo(
            new Transition.To(
                HealingPhase.Cancelled,
                "ClusterDeleted",
                "PgCluster shop was deleted before it ran"));
  }

  @Test
  void everyTransitionIsAllowedByThePhase() {
    everywhere((action, situation) -> {
      if (Lifecycle.next(action, situation) instanceof Transition.To to) {
        assertThat(Actions.phaseOf(action).next())
            .as("%s in %s", action, situation)
            .contains(to.phase());
      }
    });
  }

  @Test
  void nothingRunsAgainstUserOrPolicy() {
    everywhere((action, situation) -> {
      var phase = Actions.phaseOf(action);
      if (phase.beforeRunning()
          && Lifecycle.next(action, situation) instanceof Transition.Run run) {
        var approval = action.getSpec().approval();
        var gate = situation.gate();
        assertThat(run.direction()).isEqualTo(Direction.FORWARD);
        assertThat(phase).isEqualTo(HealingPhase.Scheduled);
        assertThat(approval).isNotEqualTo(Approval.Denied);
        assertThat(gate.proposes(ActionBuilder.TYPE)).isTrue();
        assertThat(gate.runsAutomatically(ActionBuilder.TYPE) || approval == Approval.Approved)
            .isTrue();
        assertThat(situation.paused()).isFalse();
        assertThat(situation.sighting()).isEqualTo(Sighting.PRESENT);
        assertThat(situation.blockedBy()).isEmpty();
        assertThat(situation.past().missing().isZero() || waitedThreeWindows(action, situation))
            .isTrue();
        assertThat(gate.hold(situation.now(), situation.indexBytes())).isEmpty();
      }
    });
  }

  private static boolean waitedThreeWindows(HealingAction action, Situation situation) {
    var window = situation.gate().window();
    var since = Actions.statusOf(action).timesOrDefault().scheduledAt();
    return Instant.parse(since).plus(window.multipliedBy(3)).isBefore(situation.now());
  }

  @Test
  void everyRecheckIsInTheFuture() {
    // A wait of zero or less would have the operator spin.
    everywhere((action, situation) -> {
      switch (Lifecycle.next(action, situation)) {
        case Transition.Wait wait -> assertThat(wait.recheck()).isPositive();
        case Transition.Keep keep -> assertThat(keep.recheck()).isPositive();
        case Transition.To _, Transition.Run _, Transition.Judge _, Transition.Remove _ -> {}
      }
    });
  }

  /** Every phase in every combination of what decides. */
  private static void everywhere(BiConsumer<HealingAction, Situation> check) {
    for (var action : allActions()) {
      for (var policy : allPolicies()) {
        for (var sighting : Sighting.values()) {
          for (var paused : List.of(false, true)) {
            for (var missing : List.of(Duration.ZERO, Duration.ofSeconds(5))) {
              for (var now : List.of(NOON, NOON.plus(Retention.TIME).plusSeconds(60))) {
                var situation =
                    SituationBuilder.under(policy)
                        .at(now)
                        .paused(paused)
                        .seen(sighting)
                        .notYetWatched(missing);
                check.accept(action, situation.build());
                check.accept(action, situation.blockedBy("other").build());
              }
            }
          }
        }
      }
    }
  }

  private static List<HealingAction> allActions() {
    return Arrays.stream(HealingPhase.values())
        .flatMap(phase ->
            Stream.of(
                    action().approval(Approval.Approved),
                    action().approval(Approval.Denied),
                    action().undoneBy("DROP INDEX i").annotated(Annotations.UNDO, "true"),
                    action().attempts(3).entered(HealingPhase.Scheduled, NOON),
                    action().entered(HealingPhase.Succeeded, NOON))
                .map(action -> action.in(phase).build()))
        .toList();
  }

  private static List<EffectivePolicy> allPolicies() {
    var every =
        Arrays.stream(PolicyMode.values())
            .flatMap(mode ->
                Stream.of(
                    policy(mode),
                    policy(mode).window(AT_NOON, "1h"),
                    policy(mode).window(AT_NIGHT, "1h")))
            .map(policy -> new EffectivePolicy("p", policy.spec(), Set.of()));
    var never =
        new EffectivePolicy("p", policy(PolicyMode.Auto).spec(), Set.of(ActionBuilder.TYPE));
    return Stream.concat(every, Stream.of(never)).toList();
  }

  private static ActionBuilder scheduled() {
    return action().in(HealingPhase.Scheduled);
  }

  private static ActionBuilder ended(HealingPhase phase) {
    return action().in(phase).entered(phase, NOON);
  }

  private static SituationBuilder auto() {
    return SituationBuilder.under(policy(PolicyMode.Auto));
  }

  private static Transition next(HealingAction action, SituationBuilder situation) {
    return Lifecycle.next(action, situation.build());
  }

  private static Transition.To to(HealingAction action, SituationBuilder situation) {
    var transition = next(action, situation);
    assertThat(transition).isInstanceOf(Transition.To.class);
    return (Transition.To) transition;
  }

  private static Transition.Wait wait(HealingAction action, SituationBuilder situation) {
    var transition = next(action, situation);
    assertThat(transition).isInstanceOf(Transition.Wait.class);
    return (Transition.Wait) transition;
  }
}
