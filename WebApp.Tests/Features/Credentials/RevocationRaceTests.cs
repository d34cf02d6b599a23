using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Credentials;

/// <summary>
/// Every write that needs an authentication against every revocation of it, both ways round: what revokes wins over what was authorised before it
/// (ASVS 7.4.3, 15.4.2).
/// </summary>
public sealed class RevocationRaceTests
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(30);

    private readonly TransactionGate gate = new();
    private TestApp app = null!;

    private static IEnumerable<TestCaseData> Pairs =>
        from write in AuthorisedWrite.All
        from revocation in Revocation.All
        where write.BySession || revocation.EndsSignIns
        select new TestCaseData(write, revocation).SetArgDisplayNames(write.Name, revocation.Name);

    [OneTimeSetUp]
    public async Task StartAsync() => app = await TestApp.StartNamedAsync(adjust: gate.Install, settings: ScriptedProvider.Unreachable);

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [TestCaseSource(nameof(Pairs))]
    public async Task A_write_that_was_authorised_before_a_revocation_changes_nothing_after_it(AuthorisedWrite write, Revocation revocation)
    {
        using var scene = await PrepareAsync(write, revocation);
        var (hold, writing) = await HoldAsync(write, scene, TransactionGate.Point.Begin);
        Assert.That(await revocation.Run(scene, scene.Ready).WaitAsync(Patient), Is.True, "the revocation is done while the write waits");
        var after = await scene.GrantsAsync();
        hold.Released.SetResult();
        await writing.WaitAsync(Patient);
        Assert.That(await scene.GrantsAsync(), Is.EqualTo(after));
    }

    [TestCaseSource(nameof(Pairs))]
    public async Task A_revocation_waits_for_a_write_that_is_being_made_and_ends_it(AuthorisedWrite write, Revocation revocation)
    {
        using var scene = await PrepareAsync(write, revocation);
        var (hold, writing) = await HoldAsync(write, scene, TransactionGate.Point.Commit);
        var revoking = Task.Run(() => TryAsync(revocation, scene));
        await Patience.UntilAsync(async () => revoking.IsCompleted || await IsAnybodyBlockedAsync());
        var waited = !revoking.IsCompleted;
        hold.Released.SetResult();
        await writing.WaitAsync(Patient);
        var revoked = await revoking.WaitAsync(Patient);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(waited, Is.True, "the revocation waits");

            // Where the write itself was a revocation of the owner's session, that came first. Ending one session leaves another, which stands in the list.
            Assert.That(revoked && revocation.EndsSignIns ? await scene.OtherSessionsAsync() : 0, Is.Zero);
            Assert.That(revoked && revocation.EndsApiTokens ? await scene.ApiTokensAsync() : 0, Is.Zero);
        }
    }

    private static async Task<bool> TryAsync(Revocation revocation, RaceScene scene)
    {
        try
        {
            return await revocation.Run(scene, scene.Ready);
        }
        catch (Exception refused) when (refused is SessionEndedException or StrongerAuthenticationRequiredException)
        {
            return false;
        }
    }

    private async Task<RaceScene> PrepareAsync(AuthorisedWrite write, Revocation revocation)
    {
        var scene = await RaceScene.NewAsync(app);
        if (write.Prepare is { } prepare)
        {
            await prepare(scene);
        }

        scene.Ready = revocation.Prepare is { } ready ? await ready(scene) : "";
        return scene;
    }

    private async Task<(TransactionGate.Hold Hold, Task Writing)> HoldAsync(AuthorisedWrite write, RaceScene scene, TransactionGate.Point point)
    {
        var hold = gate.Arm(write.Path.Replace("{passkey}", scene.Passkey?.PathId, StringComparison.Ordinal).Replace("{prepared}", scene.Prepared, StringComparison.Ordinal), point);
        var writing = Task.Run(() => write.Run(scene));
        await Task.WhenAny(hold.Reached.Task, writing).WaitAsync(Patient);
        if (writing.IsCompleted)
        {
            await writing;
            Assert.Fail("The write was never held.");
        }

        return (hold, writing);
    }

    private async Task<bool> IsAnybodyBlockedAsync() => await app.QueryAsync<bool>(
        "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0)");
}
