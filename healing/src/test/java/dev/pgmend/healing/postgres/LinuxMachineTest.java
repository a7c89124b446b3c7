// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxMachineTest {
  private static final long PID = 4711;

  @TempDir private Path root;

  @Test
  void withoutControlGroupsTheMachineIsTheLimit() throws IOException {
    file("proc/meminfo", "MemTotal:       16384 kB\nMemFree:  1 kB\n");
    file("sys/devices/system/cpu/online", "0-3,8,10-11\n");
    file("proc/4711/cgroup", "0::/\n");

    assertThat(machine().memoryBytes(PID)).hasValue(16 << 20);
    assertThat(machine().cores(PID)).hasValue(7);
  }

  @Test
  void theLeastLimitOfAllGroupsAboveHolds() throws IOException {
    file("proc/meminfo", "MemTotal:       16384 kB\n");
    file("sys/devices/system/cpu/online", "0-7\n");
    file("proc/4711/cgroup", "0::/kubepods/pod1/main\n");
    file("sys/fs/cgroup/kubepods/pod1/main/memory.max", "max\n");
    file("sys/fs/cgroup/kubepods/pod1/memory.max", "4194304\n");
    file("sys/fs/cgroup/kubepods/memory.max", "8388608\n");
    file("sys/fs/cgroup/kubepods/pod1/main/cpu.max", "150000 100000\n");
    file("sys/fs/cgroup/kubepods/cpu.max", "max 100000\n");

    assertThat(machine().memoryBytes(PID)).hasValue(4194304);
    assertThat(machine().cores(PID)).hasValue(1.5);
  }

  @Test
  void theOldGroupsHaveAFolderPerController() throws IOException {
    file("proc/meminfo", "MemTotal:       16384 kB\n");
    file("sys/devices/system/cpu/online", "0-7\n");
    file("proc/4711/cgroup", "5:memory:/docker/ab\n4:cpu,cpuacct:/docker/ab\n0::/\n");
    file("sys/fs/cgroup/memory/docker/ab/memory.limit_in_bytes", "2097152\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    file("sys/fs/cgroup/cpu/docker/ab/cpu.cfs_quota_us", "200000\n");
    file("sys/fs/cgroup/cpu/docker/ab/cpu.cfs_period_us", "100000\n");
    file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");

    assertThat(machine().memoryBytes(PID)).hasValue(2097152);
    assertThat(machine().cores(PID)).hasValue(2);
  }

  @Test
  void aPartitionIsOfTheKindOfItsDisk() throws IOException {
    file("sys/devices/pci0/block/sda/queue/rotational", "1\n");
    file("sys/devices/pci0/block/sda/sda1/partition", "1\n");
    file("sys/devices/pci0/block/nvme0n1/queue/rotational", "0\n");
    link("8:1", "sys/devices/pci0/block/sda/sda1");
    link("259:300", "sys/devices/pci0/block/nvme0n1");

    assertThat(machine().storage(8 << 8 | 1)).hasValue(Machine.Storage.HDD);
    assertThat(machine().storage(259 << 8 | (300 & 0xff) | (300 & ~0xff) << 12))
        .hasValue(Machine.Storage.SSD);
    assertThat(machine().storage(77)).isEmpty();
  }

  @Test
  void whatIsNotThereIsNotKnown() {
    assertThat(machine().memoryBytes(PID)).isEmpty();
    assertThat(machine().cores(PID)).isEmpty();
  }

  private LinuxMachine machine() {
    return new LinuxMachine(root);
  }

  private void file(String path, String text) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void link(String device, String to) throws IOException {
    var links = Files.createDirectories(root.resolve("sys/dev/block"));
    Files.createSymbolicLink(links.resolve(device), root.resolve(to));
  }
}
