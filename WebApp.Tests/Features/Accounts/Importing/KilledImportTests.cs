using System.Diagnostics;
using Npgsql;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts.Importing;

/// <summary>An import as a process: killed in the middle, gone on with, and how much memory it takes.</summary>
[Category("Process")]
public sealed class KilledImportTests
{
    private const int Users = 10_000;
    private const long MostMemory = 400L << 20;

    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Ten_thousand_users_killed_in_the_middle_and_resumed_are_ten_thousand_and_sign_in()
    {
        await using var app = await TestApp.StartAsync();
        var directory = Directory.CreateTempSubdirectory("webapp-import-").FullName;
        var file = await ForeignUsers.WriteAsync(directory, Users);

        // Somebody registers the address of line 2500 and takes his time: there the import waits, and is killed.
        long peak;
        await using (var slow = await app.Database.OpenConnectionAsync())
        {
            await using var transaction = await slow.BeginTransactionAsync();
            await using (var register = new NpgsqlCommand(
                "INSERT INTO users SELECT (u).* FROM (SELECT jsonb_populate_record(NULL::users, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid(), 'email', 'x', 'user_name', 'x', 'normalized_user_name', upper($1), 'normalized_email', upper($1))) AS u FROM users t LIMIT 1) s", slow))
            {
                await app.CreateUserAsync();
                register.Parameters.Add(new() { Value = ForeignUsers.Email(2500) });
                Assert.That(await register.ExecuteNonQueryAsync(), Is.EqualTo(1));
            }

            await using var killed = AppProcess.StartCommand(["import", file], "", Settings(app));
            for (var since = Stopwatch.GetTimestamp(); !killed.HasEnded && await LinesAsync(app) <= 2000; await Task.Delay(50))
            {
                Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(MostTime), "it never came so far");
            }

            Assert.That(killed.HasEnded, Is.False, killed.Output);
            peak = killed.PeakResidentBytes;
            await killed.KillAsync();
            await transaction.RollbackAsync();
        }

        var before = await CountAsync(app);
        Assert.That(before, Is.EqualTo(2000), "whole batches, and no part of the one that was under way");
        var refused = await AppProcess.CommandAsync(["import", file], Settings(app));
        Assert.That((refused.ExitCode, refused.Output), Is.EqualTo((2, "")));
        Assert.That(refused.Errors, Does.Match(@"^WebApp: This file's import was begun at .* UTC and is through with 2001 lines\. --resume goes on with it\.\n$"));

        await using (var resumed = AppProcess.StartCommand(["import", file, "--resume"], "", Settings(app)))
        {
            while (!resumed.HasEnded)
            {
                peak = Math.Max(peak, resumed.PeakResidentBytes);
                await Task.Delay(5);
            }

            Assert.That(await resumed.EndAsync(), Is.Zero, resumed.Output);
            Assert.That(resumed.Output, Does.EndWith($"Imported {Users}, refused 0.\n"));
        }

        Assert.That(await CountAsync(app), Is.EqualTo(Users));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'imported'"), Is.EqualTo(Users), "one event an account");
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM user_roles"), Is.EqualTo(Users + 1));
        Assert.That(peak, Is.LessThan(MostMemory));
        TestContext.Out.WriteLine($"peak memory {peak >> 20} MiB");

        // Every format, first and last batch.
        var api = new ApiClient(app);
        foreach (var line in (int[])[2, 3, 4, 5, 6, 7, 2001, 2002, 2500, Users + 1])
        {
            await api.LoginAsync(new(Guid.Empty, ForeignUsers.Email(line), ForeignUsers.Password));
            Assert.That(await app.QueryAsync<string>("SELECT password_hash FROM users WHERE email = $1", ForeignUsers.Email(line)), Does.StartWith("$bcrypt-sha256$v=2,t=2b,r=4$"), "upgraded");
            Assert.That((await api.PostAsync("/auth/login", new { email = ForeignUsers.Email(line), password = "wrong" })).Code, Is.EqualTo("invalid_credentials"));
        }

        // Once more: nothing happens.
        var again = await AppProcess.CommandAsync(["import", file], Settings(app));
        Assert.That((again.ExitCode, again.Output), Is.EqualTo((0, $"Imported {Users}, refused 0.\n")), again.Errors);
        Assert.That(await CountAsync(app), Is.EqualTo(Users));
        Assert.That(await app.QueryAsync<string>("SELECT detail FROM security_events WHERE kind = 'users_imported'"), Does.EndWith($": {Users} imported, 0 refused"));
        Directory.Delete(directory, recursive: true);
    }

    private static Task<long> LinesAsync(TestApp app) => app.QueryAsync<long>("SELECT coalesce(max(lines), 0) FROM imports");

    private static Task<long> CountAsync(TestApp app) => app.QueryAsync<long>("SELECT count(*) FROM users WHERE email LIKE 'user%@example.org' AND email !~ '-'");

    private static string[] Settings(TestApp app) => ["ASPNETCORE_ENVIRONMENT=Development", $"MASTER_KEY={TestApp.MasterKey}", $"ConnectionStrings__Postgres={app.ConnectionString}"];
}
