// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A Postgres image for tests, built from a Debian with a Postgres package. The ID of its user
 * equals that in the official image, so that one pod works with both.
 */
public final class PostgresImage {
  /** ID of the user postgres and of its group. */
  public static final long USER = 999;

  private static final String PASSWD =
      """
      root:x:0:0:root:/root:/bin/bash
      postgres:x:999:999::/var/lib/postgresql:/bin/bash
      """;
  private static final String GROUP =
      """
      root:x:0:
      postgres:x:999:
      """;

  private PostgresImage() {}

  /** Writes the image as an archive. */
  public static void write(Base base, ImageReference name, Path archive, Path cache)
      throws IOException {
    var files = Files.createTempDirectory("pgmend-postgres-");
    var passwd = Files.writeString(files.resolve("passwd"), PASSWD);
    var group = Files.writeString(files.resolve("group"), GROUP);
    try {
      ImageBuilder.build(
          base.begin()
              .setCreationTime(Instant.EPOCH)
              .setUser(USER + ":" + USER)
              .setFileEntriesLayers(List.of(users(passwd, group))),
          base.archive(archive, name, cache));
    } catch (CacheDirectoryCreationException e) {
      throw new IOException("cannot create the cache %s".formatted(cache), e);
    } finally {
      Files.delete(passwd);
      Files.delete(group);
      Files.delete(files);
    }
  }

  private static FileEntriesLayer users(Path passwd, Path group) {
    var readable = FilePermissions.fromOctalString("644");
    return FileEntriesLayer.builder()
        .setName("users")
        .addEntry(passwd, AbsoluteUnixPath.get("/etc/passwd"), readable, JavaRuntime.FILE_TIME)
        .addEntry(group, AbsoluteUnixPath.get("/etc/group"), readable, JavaRuntime.FILE_TIME)
        .build();
  }
}
