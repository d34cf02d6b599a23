using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>The start page of the account settings says how the account is protected, and what to do next.</summary>
public sealed class AccountOverviewTests
{
    [Test]
    public async Task An_account_with_a_password_only_is_shown_what_to_add()
    {
        var page = await PageAsync(await TestApp.Shared.CreateUserAsync());
        Assert.That(page, Does.Contain("Next: protect your account").And.Contain("Your password signs you in alone.").And.Contain("None yet.")
            .And.Contain("Signed in on this device only.").And.Contain("This is your first sign-in."));
    }

    [Test]
    public async Task Second_factors_and_other_sessions_are_shown()
    {
        var user = await TestApp.Shared.CreateMfaUserAsync();
        await TestApp.Shared.QueryAsync<object>("INSERT INTO recovery_codes (id, user_id, code_hash) VALUES (gen_random_uuid(), $1, $2)", user.Id, new byte[] { 1 });
        await TestApp.Shared.QueryAsync<object>("INSERT INTO recovery_codes (id, user_id, code_hash, used_at) VALUES (gen_random_uuid(), $1, $2, now())", user.Id, new byte[] { 2 });
        await TestApp.Shared.OpenBrowserSessionAsync(user);
        var page = await PageAsync(user);
        Assert.That(page, Does.Not.Contain("Next: protect your account").And.Contain("One recovery code left.").And.Contain("One recovery code is left.")
            .And.Contain("Signed in on 2 devices and applications.").And.Contain("Previous sign-in"));
    }

    private static async Task<string> PageAsync(TestUser user)
    {
        using var page = new PageClient(TestApp.Shared).With("session", (await TestApp.Shared.OpenBrowserSessionAsync(user)).Key.Reveal());
        return (await page.GetAsync("/account")).Text;
    }
}
