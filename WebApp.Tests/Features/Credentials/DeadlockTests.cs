using System.Collections.Concurrent;
using Npgsql;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Credentials;

/// <summary>
/// Pairs of operations on one account at once: each operation beside itself and beside a third of the others, because one that takes its locks in another order
/// meets many. One of two is held after one of its statements, with its locks; the other runs until it is done or waits; then the first goes on. PostgreSQL counts
/// the deadlocks of the database. <c>EVERY_STATEMENT=1</c> runs all pairs, each of two held, after each statement.
/// </summary>
public sealed class DeadlockTests
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(30);

    private readonly StatementHold hold = new();
    private readonly ConcurrentDictionary<AccountOperation, int> lengths = new();
    private TestApp app = null!;

    private static bool IsThorough => Environment.GetEnvironmentVariable("EVERY_STATEMENT") is { Length: > 0 };

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        app = await TestApp.StartNamedAsync(adjust: hold.Install, settings: ScriptedProvider.Unreachable);
        await app.QueryAsync<object>("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''100ms''', current_database()); END $$");
        app.Database.Clear();
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [TestCaseSource(typeof(AccountOperation), nameof(AccountOperation.All))]
    public async Task An_operation_beside_others_is_no_deadlock(AccountOperation first)
    {
        var before = await DeadlocksAsync();
        var number = AccountOperation.All.ToList().IndexOf(first);
        List<string> failures = [];
        foreach (var (index, second) in AccountOperation.All.Index())
        {
            if (!IsThorough && (((number + index) % 3 != 0 && number != index) || (number + index) % 2 == (number <= index ? 1 : 0)))
            {
                continue; // Left out, or run with the other one held.
            }

            var length = await LengthAsync(first);
            foreach (var statement in IsThorough ? Enumerable.Range(1, length) : length == 0 ? [0] : [1 + ((number + index) % length)])
            {
                hold.BrokenUp.Clear();
                var failure = await RaceAsync(first, second, statement);
                failures.AddRange(hold.BrokenUp.Select(b => $"{first} | {second} @{statement}: {b}"));
                if (failure is not null)
                {
                    failures.Add($"{first} | {second} @{statement}: {failure}");
                }
            }
        }

        Assert.That(failures, Is.Empty);
        Assert.That(await DeadlocksAsync() - before, Is.Zero, "deadlocks that PostgreSQL counted");
    }

    [TestCaseSource(typeof(Revocation), nameof(Revocation.All))]
    public async Task What_is_rolled_back_for_anothers_sake_is_done_again_and_once(Revocation revocation)
    {
        var usual = await EventsOfAsync(revocation, run => hold.Start(0, run).Running);
        foreach (var (statement, state) in new[] { (1, PostgresErrorCodes.DeadlockDetected), (3, PostgresErrorCodes.SerializationFailure) })
        {
            Assert.That(await EventsOfAsync(revocation, run => hold.FailAsync(statement, state, run)), Is.EqualTo(usual), $"failed at statement {statement}");
        }
    }

    [Test]
    public async Task What_fails_otherwise_is_not_repeated()
    {
        using var scene = await RaceScene.NewAsync(app);
        var revocation = Revocation.All.Single(r => r.Name == "signed out everywhere");
        Assert.That(
            async () => await hold.FailAsync(2, PostgresErrorCodes.QueryCanceled, () => revocation.Run(scene, "")),
            Throws.TypeOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.QueryCanceled));
    }

    // What a revocation leaves behind: its events and mails.
    private async Task<string?> EventsOfAsync(Revocation revocation, Func<Func<Task>, Task> run)
    {
        using var scene = await RaceScene.NewAsync(app);
        var ready = revocation.Prepare is { } prepare ? await prepare(scene) : "";
        var before = await app.QueryAsync<long>("SELECT count(*) FROM outbox_messages");
        await run(async () =>
        {
            if (!await revocation.Run(scene, ready))
            {
                throw new InvalidOperationException("It was not done.");
            }
        });
        return await app.QueryAsync<string>(
            """
            SELECT concat_ws(' ', (SELECT string_agg(kind, ' ' ORDER BY kind) FROM security_events WHERE user_id = $1),
                (SELECT count(*) - $2 || ' mails' FROM outbox_messages), (SELECT token_version FROM users WHERE id = $1))
            """, scene.User.Id, before);
    }

    private async Task<string?> RaceAsync(AccountOperation first, AccountOperation second, int statement)
    {
        await app.QueryAsync<object>("DELETE FROM attempts");
        using var scene = await RaceScene.NewAsync(app);
        using var beside = scene.Beside();
        await (first.Prepare?.Invoke(scene) ?? Task.CompletedTask);
        await (second.Prepare?.Invoke(beside) ?? Task.CompletedTask);
        var (held, one) = hold.Start(statement, () => first.Run(scene));
        await Task.WhenAny(held.Reached.Task, one).WaitAsync(Patient);
        var (_, other) = hold.Start(0, () => second.Run(beside));
        await Patience.UntilAsync(async () => other.IsCompleted || await IsAnybodyBlockedAsync());
        held.Released.TrySetResult();
        return await FailureAsync(one) ?? await FailureAsync(other);
    }

    /// <summary>How many statements an operation runs in transactions, alone.</summary>
    private async Task<int> LengthAsync(AccountOperation operation)
    {
        if (!lengths.TryGetValue(operation, out var length))
        {
            using var scene = await RaceScene.NewAsync(app);
            await (operation.Prepare?.Invoke(scene) ?? Task.CompletedTask);
            var (held, running) = hold.Start(0, () => operation.Run(scene));
            await running;
            lengths[operation] = length = held.Statements;
        }

        return length;
    }

    private static async Task<string?> FailureAsync(Task running)
    {
        try
        {
            await running.WaitAsync(Patient);
            return null;
        }
        catch (Exception failure) when (IsOfTheDatabase(failure))
        {
            return failure.ToString();
        }
        catch (Exception refused) when (!IsOfTheDatabase(refused))
        {
            return null; // Such as for a session that the other has ended.
        }
    }

    private static bool IsOfTheDatabase(Exception? failure) => failure is not null && (failure is NpgsqlException or TimeoutException || IsOfTheDatabase(failure.InnerException));

    private async Task<bool> IsAnybodyBlockedAsync() => await app.QueryAsync<bool>(
        "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0)");

    // A connection writes its counts down when it ends, at the latest.
    private async Task<long> DeadlocksAsync()
    {
        app.Database.Clear();
        return await app.QueryAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }
}
