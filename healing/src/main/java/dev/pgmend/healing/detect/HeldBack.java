package dev.pgmend.healing.detect;

/** Whether one finding is why vacuum could not prevent another. */
final class HeldBack {
  private HeldBack() {}

  static boolean by(Finding holder, Finding other) {
    return holder.target().toString().equals(other.evidence().get(VacuumHorizon.HELD_BACK_BY));
  }
}
