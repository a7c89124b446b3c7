// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pgmend.action.SpecMapping;
import dev.pgmend.action.StatusMapping;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.healing.detect.index.MissingIndex;
import dev.pgmend.learner.advice.CostTimes;
import dev.pgmend.learner.advice.Diagnosis;
import dev.pgmend.learner.advice.OperatorTimes;
import dev.pgmend.learner.finetune.Contender;
import dev.pgmend.learner.finetune.FineTuning;
import dev.pgmend.learner.finetune.FineTuningStatus;
import dev.pgmend.learner.finetune.Trial;
import dev.pgmend.learner.finetune.Tuners;
import dev.pgmend.learner.model.fitting.Tuner;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.sona.Embedding;
import dev.pgmend.learner.sona.ExpectedEffect;
import dev.pgmend.learner.sona.LearnedState;
import dev.pgmend.learner.sona.MicroLora;
import dev.pgmend.learner.sona.ReasoningBank;
import dev.pgmend.learner.sona.Trajectory;
import dev.pgmend.learner.workload.StatementLoad;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a learner knows: a model that predicts times, its adaptation to this cluster, and the
 * effects of earlier repairs. It is saved if there is a directory for it.
 */
public final class Learning implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Learning.class);
  private static final Duration SAVE_EVERY = Duration.ofMinutes(5);
  private static final int CASES = 5;

  /** From this number of statements on, the model must be more accurate than cost. */
  private static final long JUDGED_AFTER = 30;

  private static final int MAX_REMEMBERED = 10_000;

  /** Minimum number of measured outcomes that override the estimate from plans. */
  private static final long MIN_OUTCOMES = 2;

  /** Constant, because each cluster has its own bank. */
  static final Embedding CLUSTER = Embedding.of(1);

  private final CostBaseline cost = new CostBaseline();
  private final LearnedFiles files;
  private final FineTuning tuning;
  private final Clock clock;
  private ModelBase base;
  private MicroLora lora;

  /** Present while a new model is on trial. */
  private Optional<OnTrial> onTrial;

  private final ReasoningBank bank;
  private final RecentErrors errors = new RecentErrors();

  /** Actions whose outcome was learned, by UID. */
  private final Cache<String, Boolean> learnedOutcomes = bounded();

  /** Embeddings of diagnosed plans by query ID, until the outcome of a repair arrives. */
  private final Cache<String, Embedding> diagnosed = bounded();

  private Instant savedAt;

  /** The previous model, and its comparison with the current one. */
  private record OnTrial(ModelBase before, Trial trial) {}

  private Learning(LearnedFiles.Found found, LearnedFiles files, FineTuning tuning, Clock clock) {
    this.files = files;
    this.tuning = tuning;
    this.clock = clock;
    base = found.base();
    onTrial = found.before().map(before -> new OnTrial(before, new Trial()));
    lora = found.state().lora();
    bank = found.state().bank();
    base.recall(found.state().mechanisms());
    savedAt = clock.instant();
  }

  /** Loads what was learned before, if anything. An unreadable file is set aside. */
  public static Learning open(LearnerSettings settings) {
    var spec = settings.spec();
    return open(
        settings,
        Clock.systemUTC(),
        () ->
            Tuners.available(
                spec.advancedOrDefault().ewcLambdaOrDefault(),
                spec.gpuOrDefault().enabledOrDefault()));
  }

  static Learning open(LearnerSettings settings, Clock clock, Supplier<List<Tuner>> tuners) {
    var files = new LearnedFiles(settings.state());
    return new Learning(files.load(settings.spec()), files, new FineTuning(tuners, clock), clock);
  }

  /** Starts with the bundled model and saves nothing. */
  public static Learning untaught() {
    return open(
        new LearnerSettings(LearnerSpec.DEFAULTS, PgClusterSpec.Databases.ALL, Optional.empty()));
  }

  private static <V> Cache<String, V> bounded() {
    return Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();
  }

  /**
   * Estimates operator times by the model, with its adaptation if that has been more accurate, or
   * by Postgres' cost if that was more accurate on this cluster.
   */
  public OperatorTimes times() {
    return plan -> byModel() ? modelled(plan) : new CostTimes().of(plan);
  }

  /** The model is used until Postgres' cost has been more accurate on this cluster. */
  private synchronized boolean byModel() {
    return lora.statements() < JUDGED_AFTER || errors.medianFactor() <= cost.medianError();
  }

  private synchronized OperatorTimes.Estimate modelled(PlanDag plan) {
    var prediction = base.predict(plan);
    var adapted = lora.isBetter();
    var log = new double[plan.size()];
    if (adapted) {
      lora.adapt(prediction.hidden(), prediction.logSelfMs(), log);
    }
    var selfMs = new double[plan.size()];
    for (int v = 0; v < selfMs.length; v++) {
      selfMs[v] = Math.exp(adapted ? log[v] : prediction.logSelfMs()[v]);
    }
    return new OperatorTimes.Estimate(
        selfMs, ModelBase.uncertainty(prediction), adapted ? "adapted model" : "model");
  }

  /** Learns from a statement that ran. */
  public synchronized void observed(PlanDag plan, StatementLoad load) {
    var observedMs = load.meanMs();
    if (observedMs > 0) {
      var prediction = base.predict(plan);
      errors.add(lora.observe(prediction.hidden(), prediction.logSelfMs(), observedMs));
      cost.observe(plan, observedMs);
      base.tried(plan, observedMs);
      tuning.observe(new Trajectory(load.statement().queryId(), plan, observedMs));
      tryOn(plan, prediction.planMs(), observedMs);
    }
  }

  private void tryOn(PlanDag plan, double predictedMs, double observedMs) {
    onTrial.ifPresent(on -> {
      on.trial().observe(predictedMs, on.before().predict(plan).planMs(), observedMs);
      if (on.trial().isLost()) {
        revert(on.before());
      } else if (on.trial().isOver()) {
        onTrial = Optional.empty();
      }
    });
  }

  /** Fits the model to this cluster in the background if it is time. */
  public void fineTuneIfDue() {
    tuning.startIfDue(serving(), this::adopt);
  }

  private synchronized FineTuning.Serving serving() {
    return new FineTuning.Serving(base.model(), base.judgedBy(), lora.settings());
  }

  private synchronized void adopt(Contender better) throws IOException {
    var next = base.with(better.model());
    files.replaceWeights(base.model().weights(), next.model().weights());
    onTrial = Optional.of(new OnTrial(base, new Trial()));
    base = next;
    lora = better.lora();
    save();
  }

  private void revert(ModelBase before) {
    try {
      files.restoreWeights(before.model().weights());
    } catch (IOException e) {
      LOG.warn(
          "Cannot save the previous weights; after a restart the reverted weights are in use again",
          e);
    }
    LOG.info("The fitted weights did worse than the previous ones and were reverted");
    tuning.reverted();
    onTrial = Optional.empty();
    base = before;
    lora = new MicroLora(lora.settings(), new SplittableRandom(1));
    save();
  }

  /** The status of fitting the model to this cluster. */
  public FineTuningStatus fineTuning() {
    return tuning.status();
  }

  /** Remembers the plan of a diagnosed statement until the outcome of its repair arrives. */
  public synchronized void diagnosed(Diagnosis diagnosis) {
    diagnosed.put(
        Long.toString(diagnosis.load().statement().queryId()),
        ModelBase.embedding(base.predict(diagnosis.plan())));
  }

  /** The expected effect by similar cases; empty if too few were measured. */
  public synchronized Optional<ExpectedEffect> past(Diagnosis diagnosis, String actionType) {
    return bank.expect(
            MissingIndex.NAME,
            ModelBase.embedding(base.predict(diagnosis.plan())),
            CLUSTER,
            actionType,
            CASES)
        .filter(effect -> effect.outcomes() >= MIN_OUTCOMES);
  }

  /** Learns the outcome of a repair of a statement that was diagnosed here, once per action. */
  public synchronized void outcome(HealingAction action) {
    var queryId =
        SpecMapping.finding(action.getSpec()).evidence().getOrDefault(Advised.QUERY_ID, "");
    var plan = diagnosed.getIfPresent(queryId);
    var uid = action.getMetadata().getUid();
    if (plan != null && learnedOutcomes.asMap().putIfAbsent(uid, true) == null) {
      StatusMapping.verdict(action)
          .ifPresent(verdict ->
              bank.learn(
                  MissingIndex.NAME,
                  plan,
                  CLUSTER,
                  action.getSpec().type(),
                  verdict,
                  clock.instant()));
    }
  }

  /** The number of patterns in the memory of repairs. */
  public synchronized int patterns() {
    return bank.size();
  }

  /** The median factor by which recent predictions missed; 0 if there were none. */
  public synchronized double medianError() {
    return errors.medianFactor();
  }

  public synchronized void saveIfDue() {
    if (savedAt.plus(SAVE_EVERY).isBefore(clock.instant())) {
      save();
    }
  }

  public synchronized void save() {
    savedAt = clock.instant();
    files.save(
        new LearnedState(
            base.name(),
            lora,
            bank,
            base.mechanisms(),
            Map.of(
                "statements",
                lora.statements(),
                LearnedState.ON_TRIAL,
                onTrial.isPresent() ? 1L : 0L)));
  }

  /** Stops background work and saves. */
  @Override
  public void close() {
    tuning.close();
    save();
  }
}
