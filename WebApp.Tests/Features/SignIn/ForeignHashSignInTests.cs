using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Accounts that came from elsewhere with their hashes sign in, and leave with ours.</summary>
public sealed class ForeignHashSignInTests
{
    private const string Password = "Copper lantern over the 7 hills!";
    private const string Ours = "$bcrypt-sha256$v=2,t=2b,r=4$";

    private static readonly object[] Hashes =
    [
        // Made by perl's crypt over libxcrypt.
        new object[] { Password, "$2b$05$abcdefghijklmnopqrstuubM6VAyQuUoTOHRaPnjIiS2KoM52OKlK" },
        // PHP's manual of password_hash, and passlib's tests.
        new object[] { "rasmuslerdorf", "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq" },
        new object[] { "password", "$bcrypt-sha256$2b,5$5Hg1DKFqPE8C2aflZ5vVoe$12BjNE0p7axMg55.Y/mHsYiVuFBDQyu" },
        new object[] { "password", "$bcrypt-sha256$v=2,t=2b,r=5$5Hg1DKFqPE8C2aflZ5vVoe$wOK1VFFtS8IGTrGa7.h5fs0u84qyPbS" },
        // Identity's own, newest and oldest.
        new object[] { Password, Pbkdf2(PasswordHasherCompatibilityMode.IdentityV3) },
        new object[] { Password, Pbkdf2(PasswordHasherCompatibilityMode.IdentityV2) },
    ];

    private readonly ApiClient api = new(TestApp.Shared);

    [TestCaseSource(nameof(Hashes))]
    public async Task A_foreign_hash_signs_in_and_is_upgraded_in_place(string password, string hash)
    {
        var user = (await TestApp.Shared.CreateUserAsync(passwordHash: hash)) with { Password = password };
        var wrong = await api.PostAsync("/auth/login", new { email = user.Email, password = password + "x" });
        Assert.That(wrong.Code, Is.EqualTo("invalid_credentials"));
        Assert.That(await HashAsync(user), Is.EqualTo(hash), "A wrong password upgrades nothing.");

        await api.LoginAsync(user);
        var upgraded = await HashAsync(user);
        Assert.That(upgraded, Does.StartWith(Ours));

        await api.LoginAsync(user);
        await PageClient.SignInAsync(TestApp.Shared, user);
        Assert.That(await HashAsync(user), Is.EqualTo(upgraded), "Once.");
        Assert.That((await api.PostAsync("/auth/login", new { email = user.Email, password = password + "x" })).Code, Is.EqualTo("invalid_credentials"));
    }

    [Test]
    public async Task The_web_form_upgrades_too()
    {
        var user = (await TestApp.Shared.CreateUserAsync(passwordHash: Pbkdf2(PasswordHasherCompatibilityMode.IdentityV3))) with { Password = Password };
        await PageClient.SignInAsync(TestApp.Shared, user);
        Assert.That(await HashAsync(user), Does.StartWith(Ours));
    }

    [Test]
    public async Task Sign_ins_at_once_upgrade_to_one_hash_that_works()
    {
        var user = (await TestApp.Shared.CreateUserAsync(passwordHash: Pbkdf2(PasswordHasherCompatibilityMode.IdentityV2))) with { Password = Password };
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => api.LoginAsync(user)));
        Assert.That(await HashAsync(user), Does.StartWith(Ours));
        await api.LoginAsync(user);
    }

    [Test]
    public async Task An_upgrade_never_undoes_a_password_changed_meanwhile()
    {
        const string changed = "changed meanwhile";
        var old = Pbkdf2(PasswordHasherCompatibilityMode.IdentityV2);
        for (var round = 0; round < 10; round++)
        {
            var user = (await TestApp.Shared.CreateUserAsync(passwordHash: old)) with { Password = Password };
            var logins = Enumerable.Range(0, 5)
                .Select(_ => api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })).ToArray();
            await Task.Delay(round);
            await TestApp.Shared.QueryAsync<int>("UPDATE users SET password_hash = $2 WHERE id = $1", user.Id, changed);
            foreach (var answer in await Task.WhenAll(logins))
            {
                Assert.That(answer.Status, Is.AnyOf(HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests));
            }

            Assert.That(await HashAsync(user), Is.EqualTo(changed), $"round {round}");
        }
    }

    private static string Pbkdf2(PasswordHasherCompatibilityMode mode) =>
        new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { CompatibilityMode = mode, IterationCount = 1000 })).HashPassword(mode, Password);

    private static Task<string?> HashAsync(TestUser user) =>
        TestApp.Shared.QueryAsync<string>("SELECT password_hash FROM users WHERE id = $1", user.Id);
}
