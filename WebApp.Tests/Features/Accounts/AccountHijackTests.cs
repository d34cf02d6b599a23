using FsCheck.Fluent;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>
/// In whatever order the owner of a mailbox and a stranger do what can be done to get an account: nobody signs in with a password that the owner did not
/// choose, no proxy's user gets into the owner's account, and the owner gets in at last.
/// </summary>
public sealed class AccountHijackTests() : OwnApp(
    ["Proxy:Trusted=127.0.0.5", "ProxyAuth:Enabled=true", "ProxyAuth:Provision=true", "Protection:MaxFailures=100", .. ScriptedProvider.Unreachable])
{
    [Test]
    public void Nobody_signs_in_with_a_password_that_the_mailboxs_owner_did_not_choose() => Holds.ForAll(
        Gen.Elements(Enum.GetValues<ScriptedStep>()).ArrayOf(9),
        steps => RunAsync(steps).GetAwaiter().GetResult(),
        times: 40);

    // The orders that opened an account before.
    [TestCase(ScriptedStep.OwnerRegistersByApi, ScriptedStep.StrangerRegistersByApi, ScriptedStep.OwnerConfirmsNewestMailByApi)]
    [TestCase(ScriptedStep.OwnerRegistersInBrowser, ScriptedStep.StrangerRegistersInBrowser, ScriptedStep.OwnerConfirmsNewestMailInBrowser)]
    [TestCase(ScriptedStep.AnAdministratorImportsTheAddress, ScriptedStep.StrangerRegistersByApi, ScriptedStep.OwnerConfirmsNewestMailByApi)]
    [TestCase(ScriptedStep.StrangerInvites, ScriptedStep.OwnerRegistersInBrowser, ScriptedStep.StrangerRegistersByApi, ScriptedStep.OwnerTypesNewestCode)]
    [TestCase(ScriptedStep.ProxyNamesStrangerWithOwnersAddress, ScriptedStep.OwnerRegistersByApi, ScriptedStep.OwnerResets)]
    [TestCase(ScriptedStep.ProxyNamesStrangerWithOwnersAddress, ScriptedStep.OwnerAsksForReset, ScriptedStep.OwnerResets)]
    [TestCase(ScriptedStep.AnAdministratorCreatesTheAccount, ScriptedStep.StrangerRegistersByApi, ScriptedStep.OwnerConfirmsNewestMailByApi)]
    [TestCase(ScriptedStep.StrangerRegistersByApi, ScriptedStep.ProxyNamesOwner, ScriptedStep.OwnerConfirmsNewestMailByApi)]
    public async Task These_orders_open_nothing(params ScriptedStep[] steps) => Assert.That(await RunAsync(steps), Is.True);

    private async Task<bool> RunAsync(ScriptedStep[] steps)
    {
        using var scene = new HijackScene(App);
        foreach (var step in steps)
        {
            await scene.DoAsync(step);
            await App.ForgetGuessesAsync();
            await scene.AssertNobodyElseIsInAsync(string.Join(", ", steps));
        }

        await scene.AssertOwnerGetsInAsync(string.Join(", ", steps));
        await scene.AssertNobodyElseIsInAsync(string.Join(", ", steps));
        return true;
    }
}
