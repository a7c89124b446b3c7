package dev.pgmend.learner.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pgmend.api.v1alpha1.AttentionMode;
import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.healing.detect.MissingIndex;
import dev.pgmend.learner.advice.CostTimes;
import dev.pgmend.learner.advice.Diagnosis;
import dev.pgmend.learner.advice.OperatorTimes;
import dev.pgmend.learner.plan.PlanDag;
import dev.pgmend.learner.sona.Embedding;
import dev.pgmend.learner.sona.ExpectedEffect;
import dev.pgmend.learner.sona.LearnedState;
import dev.pgmend.learner.sona.LoraSettings;
import dev.pgmend.learner.sona.MicroLora;
import dev.pgmend.learner.sona.ReasoningBank;
import dev.pgmend.learner.sona.StateFile;
import dev.pgmend.learner.workload.StatementLoad;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a learner knows: a model that predicts, what this cluster taught on top of it, and what
 * repairs were worth here. Kept in one file where there is a directory for it.
 */
public final class Learning {
  private static final Logger LOG = LoggerFactory.getLogger(Learning.class);
  private static final Duration SAVE_EVERY = Duration.ofMinutes(5);
  private static final int CASES = 5;

  /** Statements after which the model has to be nearer to the truth than cost. */
  private static final long JUDGED_AFTER = 30;

  private static final int MOST_REMEMBERED = 10_000;

  /** Fewer measured outcomes than this do not speak against what plans say. */
  private static final long OUTCOMES_TO_HEED = 2;

  /** Two clusters are not told apart yet: the bank is a cluster's own. */
  private static final Embedding CLUSTER = Embedding.of(1);

  private final ModelBase base;
  private final CostRival cost = new CostRival();
  private final Optional<StateFile> file;
  private final Clock clock;
  private final MicroLora lora;
  private final ReasoningBank bank;
  private final RecentErrors errors = new RecentErrors();

  /** Records whose outcome is learned, by uid. */
  private final Cache<String, Boolean> learnedOutcomes = bounded();

  /** Plans by their statement, for when the outcome of a repair comes. */
  private final Cache<String, Embedding> diagnosed = bounded();

  private Instant savedAt;

  private Learning(ModelBase base, Optional<StateFile> file, LearnedState state, Clock clock) {
    this.base = base;
    this.file = file;
    this.clock = clock;
    lora = state.lora();
    bank = state.bank();
    base.recall(state.mechanisms());
    savedAt = clock.instant();
  }

  /** What was learned before, or nothing yet. A file that can't be read is set aside. */
  public static Learning open(LearnerSettings settings) {
    var base = new ModelBase(settings.spec().attentionOrDefault());
    var lora = settingsFor(base, settings.spec().sonaOrDefault().microLoraRankOrDefault());
    var file = settings.state().map(directory -> new StateFile(directory.resolve("learned.bin")));
    var state =
        file.flatMap(Learning::load)
            .map(found -> found.forModel(base.name(), lora, new SplittableRandom(1)))
            .orElseGet(() -> fresh(base, lora));
    return new Learning(base, file, state, Clock.systemUTC());
  }

  /** One that knows the model alone, and forgets what it learns. */
  public static Learning untaught() {
    var base = new ModelBase(AttentionMode.Auto);
    return new Learning(
        base,
        Optional.empty(),
        fresh(base, LoraSettings.forHidden(base.hidden())),
        Clock.systemUTC());
  }

  private static <V> Cache<String, V> bounded() {
    return Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
  }

  private static LearnedState fresh(ModelBase base, LoraSettings lora) {
    return new LearnedState(
        base.name(),
        new MicroLora(lora, new SplittableRandom(1)),
        new ReasoningBank(base.hidden(), CLUSTER.size()),
        Map.of(),
        Map.of());
  }

  private static LoraSettings settingsFor(ModelBase base, int rank) {
    var usual = LoraSettings.forHidden(base.hidden());
    return new LoraSettings(
        usual.hidden(),
        rank,
        usual.scale(),
        usual.learningRate(),
        usual.weightDecay(),
        usual.clip(),
        usual.huberDelta());
  }

  private static Optional<LearnedState> load(StateFile file) {
    try {
      return switch (file.load()) {
        case StateFile.Loaded.Restored restored -> Optional.of(restored.state());
        case StateFile.Loaded.Absent _ -> Optional.empty();
        case StateFile.Loaded.Damaged damaged -> {
          LOG.warn(
              "What was learned can't be read and is learned anew: {} It is kept at {}",
              damaged.reason(),
              damaged.keptAt());
          yield Optional.empty();
        }
      };
    } catch (IOException e) {
      LOG.warn("What was learned can't be read and is learned anew", e);
      return Optional.empty();
    }
  }

  /**
   * How long operators take: by the model, adapted where that has been nearer to the truth; by
   * Postgres' cost where that was nearer on this cluster.
   */
  public OperatorTimes times() {
    return plan -> byModel() ? modelled(plan) : new CostTimes().of(plan);
  }

  /** The model has beaten cost elsewhere; here it is believed until it has lost. */
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
    }
  }

  /** Remembers the plan of what is advised, for when its outcome comes. */
  public synchronized void diagnosed(Diagnosis diagnosis) {
    diagnosed.put(
        Long.toString(diagnosis.load().statement().queryId()),
        ModelBase.embedding(base.predict(diagnosis.plan())));
  }

  /** What new indexes were worth in like cases; empty if too few were measured. */
  public synchronized Optional<ExpectedEffect> past(Diagnosis diagnosis, String actionType) {
    return bank.expect(
            MissingIndex.NAME,
            ModelBase.embedding(base.predict(diagnosis.plan())),
            CLUSTER,
            actionType,
            CASES)
        .filter(effect -> effect.outcomes() >= OUTCOMES_TO_HEED);
  }

  /** Learns what a repair was worth that was diagnosed here; once. */
  public synchronized void outcome(HealingAction action) {
    var queryId =
        ActionSpecs.finding(action.getSpec()).evidence().getOrDefault(Advised.QUERY_ID, "");
    var plan = diagnosed.getIfPresent(queryId);
    var uid = action.getMetadata().getUid();
    if (plan != null && learnedOutcomes.asMap().putIfAbsent(uid, true) == null) {
      ActionSpecs.verdict(action)
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

  /** How many outcomes of repairs make up what is known of them. */
  public synchronized int patterns() {
    return bank.size();
  }

  /** The factor by which predictions missed lately, half of them by less; 0 before there were. */
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
    file.ifPresent(f -> {
      try {
        f.save(
            new LearnedState(
                base.name(),
                lora,
                bank,
                base.mechanisms(),
                Map.of("statements", lora.statements())));
      } catch (IOException e) {
        LOG.warn("What was learned could not be saved; what was saved before stands", e);
      }
    });
  }
}
