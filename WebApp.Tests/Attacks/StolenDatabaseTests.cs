using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Data.KeyRing;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Data.KeyRing;
using WebApp.Tests.Features.SecondFactors;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>What somebody learns who can read the database and does not have the master key.</summary>
public sealed class StolenDatabaseTests : OwnApp
{
    [Test]
    public async Task A_dump_holds_no_secret_that_opens_anything()
    {
        var secrets = new List<(string Name, byte[] Bytes)>();
        await LiveAsync(secrets);
        await LiveWithFactorsAsync(secrets);
        await MoveAsync(secrets);
        secrets.Add(("master key", Convert.FromBase64String(TestApp.MasterKey)));
        secrets.Add(("wrapping key", new MasterKey(Convert.FromBase64String(TestApp.MasterKey)).Derive("webapp key ring")));
        secrets.AddRange(KeyRingKeys().Select(key => ("key of the key ring", key)));
        secrets.AddRange((await SigningKeysAsync()).Select(key => ("signing key", key)));

        var dump = await Fingerprint.DumpAsync(App);

        Assert.That(secrets.Select(s => s.Name).Distinct().Count(), Is.EqualTo(35), string.Join(", ", secrets.Select(s => s.Name).Distinct()));
        TestContext.Out.WriteLine($"{secrets.Count} secrets looked for in {dump.Length} bytes");
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, bytes) in secrets)
            {
                Assert.That(Forms(bytes).Where(form => dump.AsSpan().IndexOf(form.Bytes) >= 0).Select(form => form.Name), Is.Empty, name);
            }
        }
    }

    [Test]
    public async Task The_search_of_a_dump_finds_what_is_there()
    {
        var user = await App.CreateUserAsync();
        var (id, key) = await App.OpenBrowserSessionAsync(user);

        var dump = await Fingerprint.DumpAsync(App);

        Assert.That(dump.AsSpan().IndexOf(Encoding.UTF8.GetBytes(user.Email)), Is.Positive);
        Assert.That(dump.AsSpan().IndexOf(key.Hash()), Is.Positive);
        Assert.That(dump.AsSpan().IndexOf(id.ToByteArray(bigEndian: true)), Is.Positive);
    }

    /// <summary>Registrations, resets and sign-ins, some finished and some under way, and all that was secret in them.</summary>
    private async Task LiveAsync(List<(string Name, byte[] Bytes)> secrets)
    {
        void Note(string name, string value) => secrets.Add((name, Encoding.UTF8.GetBytes(value)));

        foreach (var finish in new[] { true, false })
        {
            var (email, password, next) = ($"dump-{Guid.NewGuid():N}@example.org", TestUser.NewPassword(), TestUser.NewPassword("Velvet harbour"));
            await Api.PostAsync("/auth/register", new { email, password });
            var confirmation = await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress);
            NoteMail("confirmation", confirmation.Link, confirmation.Code);
            var forgetful = email;
            if (finish)
            {
                await App.ConfirmAsync(email, password);
            }
            else
            {
                forgetful = (await App.CreateUserAsync()).Email; // A registration is no account, and has nothing to reset.
            }

            await Api.PostAsync("/auth/forgot-password", new { email = forgetful });
            var reset = await Mailbox.NewestAsync(forgetful, "/reset-password", App.BaseAddress);
            NoteMail("reset", reset.Link, reset.Code);
            Note("password", password);
            secrets.Add(("password's SHA-256", SHA256.HashData(Encoding.UTF8.GetBytes(password))));
            if (finish)
            {
                var answer = await Api.PostAsync("/auth/reset-password", new { token = reset.Link.Split("token=")[1], new_password = next });
                Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NoContent), answer.Text);
                Note("password", next);
                await SignInAsync(new(await App.QueryAsync<Guid>("SELECT id FROM users WHERE email = $1", email), email, next));
            }
        }

        void NoteMail(string kind, string link, string code)
        {
            var token = link.Split("token=")[1];
            Note($"{kind} token", token);
            secrets.Add(($"{kind} token's bytes", Base64Url.DecodeFromChars(token)));
            Note($"{kind} code", code);
            secrets.Add(($"{kind} code's SHA-256", SHA256.HashData(Encoding.UTF8.GetBytes(code))));
        }

        async Task SignInAsync(TestUser user)
        {
            var tokens = await Api.LoginAsync(user);
            var refreshed = (await Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Tokens;
            foreach (var token in new[] { tokens.Access, tokens.Refresh, refreshed.Access, refreshed.Refresh })
            {
                Note("token", token);
                secrets.Add(("token's signature", Base64Url.DecodeFromChars(token.Split('.')[2])));
            }

            var cookie = (await App.OpenBrowserSessionAsync(user)).Key.Reveal();
            Note("cookie", cookie);
            secrets.Add(("cookie's key", Base64Url.DecodeFromChars(cookie)[16..]));
        }
    }

    /// <summary>Second factors taken on and used, an API token, and all that was secret in them.</summary>
    private async Task LiveWithFactorsAsync(List<(string Name, byte[] Bytes)> secrets)
    {
        void Note(string name, string value) => secrets.Add((name, Encoding.UTF8.GetBytes(value)));

        var scene = await FactorScene.NewAsync(App);
        Note("API token", (await scene.SendAsync(HttpMethod.Post, "/api-tokens", new { name = "Dump" })).Json.GetProperty("token").GetString()!);
        await scene.AddPhoneAsync();
        Note("TOTP secret in base32", scene.Phone.Base32);
        secrets.Add(("TOTP secret", scene.Phone.Secret.ToArray()));
        foreach (var code in scene.RecoveryCodes)
        {
            foreach (var form in new[] { code, code.Replace("-", "", StringComparison.Ordinal) })
            {
                Note("recovery code", form);
                secrets.Add(("recovery code's SHA-256", SHA256.HashData(Encoding.UTF8.GetBytes(form))));
            }
        }

        var user = await App.CreateMfaUserAsync();
        var token = await Api.BeginAsync(user);
        Assert.That((await Api.SendCodeAsync(token)).Status, Is.EqualTo(HttpStatusCode.Accepted));
        Note("mfa_token", token);
        secrets.Add(("mfa_token's key", Base64Url.DecodeFromChars(token)[16..]));
        secrets.Add(("mailed code's SHA-256", SHA256.HashData(Encoding.UTF8.GetBytes(await App.NewestCodeAsync(user)))));

        var tv = await Tv.AskAsync(App);
        Note("device code", tv.DeviceCode);
        secrets.Add(("device code's key", Base64Url.DecodeFromChars(tv.DeviceCode)[16..]));
        foreach (var code in new[] { tv.UserCode, tv.UserCode.Replace("-", "", StringComparison.Ordinal) })
        {
            Note("user code", code);
            secrets.Add(("user code's SHA-256", SHA256.HashData(Encoding.UTF8.GetBytes(code))));
        }
    }

    /// <summary>An account moved to another address, its password changed, and every link and key that came with that.</summary>
    private async Task MoveAsync(List<(string Name, byte[] Bytes)> secrets)
    {
        void Note(string name, string value) => secrets.Add((name, Encoding.UTF8.GetBytes(value)));

        var user = await App.CreateUserAsync();
        using var page = await PageClient.SignInAsync(App, user);
        var address = $"moved-{Guid.NewGuid():N}@example.org";
        await page.PostFormAsync("/account/email", ("Email", address));
        var change = await Mailbox.NewestAsync(address, "/confirm-email-change", App.BaseAddress);
        Note("e-mail change link", change.Token);
        Note("e-mail change code", change.Code);
        await page.PostFormAsync("/confirm-email-change", ("Token", change.Token));
        Note("undo link", (await Mailbox.NewestAsync(user.Email, "/undo-email-change", App.BaseAddress)).Token);
        await page.PostFormAsync("/account/password", ("CurrentPassword", user.Password), ("NewPassword", TestUser.NewPassword("Velvet harbour")));
        Note("not-me link", (await Mailbox.NewestAsync(address, "/not-me", App.BaseAddress)).Token);
        secrets.Add(("session key after a password change", Base64Url.DecodeFromChars(page.Session)[16..]));
    }

    private IEnumerable<byte[]> KeyRingKeys()
    {
        var decryptor = App.Services.GetRequiredService<MasterKeyDecryptor>();
        return App.Services.GetRequiredService<KeyRingRepository>().GetAllElements().SelectMany(element => element.Descendants("masterKey"))
            .Select(wrapped => Convert.FromBase64String(decryptor.Decrypt(wrapped).Value));
    }

    private async Task<List<byte[]>> SigningKeysAsync()
    {
        var protector = App.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("Tokens.SigningKeys");
        List<byte[]> keys = [];
        await using var command = App.Database.CreateCommand("SELECT secret FROM signing_keys");
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            keys.Add(protector.Unprotect(row.GetFieldValue<byte[]>(0)));
        }

        return keys;
    }

    /// <summary>How the same bytes may be written down.</summary>
    private static IEnumerable<(string Name, byte[] Bytes)> Forms(byte[] secret) =>
    [
        ("as it is", secret),
        ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret))),
        ("HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(secret))),
        ("base64", Encoding.ASCII.GetBytes(Convert.ToBase64String(secret).TrimEnd('='))),
        ("base64url", Encoding.ASCII.GetBytes(Base64Url.EncodeToString(secret))),
    ];
}
