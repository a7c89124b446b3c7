// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.policy;

import dev.pgmend.api.v1alpha1.PgClusterSpec;
import dev.pgmend.api.v1alpha1.Quantities;
import dev.pgmend.healing.postgres.Machine;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The machine of a server as users declare it. */
public final class Machines {
  private Machines() {}

  /** From spec.machine of a PgCluster; what it does not declare is empty. */
  public static Machine declared(PgClusterSpec.Machine machine) {
    return new Machine(
        machine.memory() == null
            ? OptionalLong.empty()
            : OptionalLong.of(Quantities.bytes(machine.memory())),
        machine.cpu() == null
            ? OptionalDouble.empty()
            : OptionalDouble.of(Quantities.number(machine.cpu())),
        Optional.ofNullable(machine.storage())
            .map(storage ->
                switch (storage) {
                  case Ssd -> Machine.Storage.SSD;
                  case Hdd -> Machine.Storage.HDD;
                }));
  }
}
