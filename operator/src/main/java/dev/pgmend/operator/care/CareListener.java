package dev.pgmend.operator.care;

/** Told what inspections see. */
@FunctionalInterface
public interface CareListener {
  /** Nobody listens. */
  CareListener NONE = (_, _) -> {};

  void inspected(ClusterKey cluster, ClusterCare.Inspected inspected);
}
