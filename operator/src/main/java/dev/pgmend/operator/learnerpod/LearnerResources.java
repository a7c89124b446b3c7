// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import dev.pgmend.api.v1alpha1.LearnerSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Resources of a learner pod: the spec, and defaults that do not contradict it. */
final class LearnerResources {
  private static final String MEMORY = "memory";
  private static final Map<String, Quantity> REQUESTS =
      Map.of("cpu", new Quantity("100m"), MEMORY, new Quantity("512Mi"));
  private static final Quantity MEMORY_LIMIT = new Quantity("1Gi");

  private LearnerResources() {}

  static ResourceRequirements of(LearnerSpec spec) {
    var requests = quantities(spec.resourcesOrDefault().requests());
    var limits = quantities(spec.resourcesOrDefault().limits());
    // A lower limit lowers the default request; a higher request raises the default limit.
    REQUESTS.forEach((name, request) -> requests.putIfAbsent(name, min(request, limits.get(name))));
    limits.putIfAbsent(MEMORY, max(MEMORY_LIMIT, requests.getOrDefault(MEMORY, MEMORY_LIMIT)));
    var gpu = spec.gpuOrDefault();
    if (gpu.enabledOrDefault()) {
      limits.put(gpu.resourceNameOrDefault(), new Quantity(Integer.toString(gpu.countOrDefault())));
    }
    return new ResourceRequirementsBuilder().withRequests(requests).withLimits(limits).build();
  }

  private static Map<String, Quantity> quantities(Map<String, String> texts) {
    var quantities = new TreeMap<String, Quantity>();
    texts.forEach((name, text) -> quantities.put(name, new Quantity(text)));
    return quantities;
  }

  private static Quantity min(Quantity request, @Nullable Quantity limit) {
    return limit != null && amount(limit).compareTo(amount(request)) < 0 ? limit : request;
  }

  private static Quantity max(Quantity one, Quantity other) {
    return amount(one).compareTo(amount(other)) < 0 ? other : one;
  }

  private static BigDecimal amount(Quantity quantity) {
    return quantity.getNumericalAmount();
  }
}
