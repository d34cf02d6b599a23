using System.Diagnostics;
using Npgsql;
using WebApp.Operations.LocalPostgres;
using WebApp.Tests.Support;

namespace WebApp.Tests.Operations;

/// <summary>A base backup and archived WAL bring the database back to a named point, and the application serves from there.</summary>
[Category("Process")]
public sealed class PointInTimeTests
{
    private readonly string home = Directory.CreateTempSubdirectory("webapp-pitr-").FullName;
    private readonly string restoredHome = Directory.CreateTempSubdirectory("webapp-pitr-").FullName;

    private string Archive => Path.Combine(home, "cluster", "archive");

    [TearDown]
    public void DeleteClusters()
    {
        Directory.Delete(home, recursive: true);
        Directory.Delete(restoredHome, recursive: true);
    }

    [Test]
    public async Task Recovery_to_a_point_brings_back_what_was_there_then_and_nothing_later()
    {
        BackedUpState state;
        TestUser before, after;
        await ConfigureAsync();
        await using (var cluster = await LocalServer.StartAsync(new() { DataDirectory = home }, CancellationToken.None))
        {
            await using var app = await TestApp.StartAsync(cluster.ConnectionString, null, BackedUpState.Setting);
            await PostgresProgram.RunAsync("pg_basebackup", cluster.ConnectionString, "-D", Path.Combine(restoredHome, "cluster", "data"), "--checkpoint=fast", "--no-sync");
            state = await BackedUpState.MakeAsync(app);
            before = await app.CreateUserAsync();
            await app.QueryAsync<object>("SELECT pg_create_restore_point('before the mistake')::text");
            await state.RevokeAsync();
            after = await app.CreateUserAsync();
            var last = (await app.QueryAsync<string>("SELECT pg_walfile_name(pg_switch_wal())"))!;
            await Patience.UntilAsync(async () => string.CompareOrdinal(await app.QueryAsync<string>("SELECT last_archived_wal FROM pg_stat_archiver"), last) >= 0);
        }

        await PrepareRecoveryAsync("before the mistake");
        await using var recovered = await LocalServer.StartAsync(new() { DataDirectory = restoredHome }, CancellationToken.None);
        await using (var source = NpgsqlDataSource.Create(recovered.ConnectionString))
        {
            // It answers, and writes nothing, until it has reached the point.
            await using var asks = source.CreateCommand("SELECT pg_is_in_recovery()");
            await Patience.UntilAsync(async () => await asks.ExecuteScalarAsync() is false);
        }

        await using var restored = await TestApp.StartAsync(recovered.ConnectionString, null, BackedUpState.Setting);
        Assert.That(await restored.QueryAsync<bool>("SELECT pg_is_in_recovery()"), Is.False);
        Assert.That(await restored.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", before.Id), Is.EqualTo(1));
        Assert.That(await restored.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", after.Id), Is.Zero);
        await state.IsBackAsync(restored);
        await state.EndAllAsync(restored);
    }

    // Archiving begins with the server's next start.
    private async Task ConfigureAsync()
    {
        await using var cluster = await LocalServer.StartAsync(new() { DataDirectory = home }, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        foreach (var setting in (string[])["archive_mode = on", $"archive_command = 'mkdir -p {Archive} && cp %p {Archive}/%f'"])
        {
            await using var set = source.CreateCommand($"ALTER SYSTEM SET {setting}");
            await set.ExecuteNonQueryAsync();
        }
    }

    // As operators do: the base backup, its recovery settings, the signal file; and what a local cluster has besides.
    private async Task PrepareRecoveryAsync(string point)
    {
        var data = Path.Combine(restoredHome, "cluster", "data");
        await File.AppendAllTextAsync(
            Path.Combine(data, "postgresql.auto.conf"),
            $"archive_mode = off\nrestore_command = 'cp {Archive}/%f %p'\nrecovery_target_name = '{point}'\nrecovery_target_action = 'promote'\n");
        await File.WriteAllTextAsync(Path.Combine(data, "recovery.signal"), "");
        File.Copy(Path.Combine(home, "password"), Path.Combine(restoredHome, "password"));
        await File.WriteAllTextAsync(Path.Combine(restoredHome, "lock"), "");
        if (Environment.IsPrivilegedProcess)
        {
            using var own = Process.Start("chown", ["-R", $"--reference={Path.Combine(home, "cluster")}", Path.Combine(restoredHome, "cluster")]);
            await own.WaitForExitAsync();
            Assert.That(own.ExitCode, Is.Zero);
        }
    }
}
