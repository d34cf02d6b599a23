using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Verification;
using WebApp.Platform.Data;
using WebApp.Tests.Pages;

namespace WebApp.Tests.Support;

/// <summary>Users with mailed codes as their second factor, and the way in for them.</summary>
public static class MfaUsers
{
    extension(TestApp app)
    {
        public async Task<TestUser> CreateMfaUserAsync()
        {
            var user = await app.CreateUserAsync();
            await app.QueryAsync<object>("UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1", user.Id);
            return user;
        }

        /// <summary>Resets the user's password by mail, to the one the argument holds.</summary>
        public async Task ResetPasswordAsync(TestUser user)
        {
            await using var scope = app.Services.CreateAsyncScope();
            var secrets = scope.ServiceProvider.GetRequiredService<OneTimeSecrets>();
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            var (token, _) = await secrets.AddAsync(db, SecretPurpose.ResetPassword, user.Id, TimeSpan.FromHours(1), default);
            await db.SaveChangesAsync();
            var answer = await new ApiClient(app).PostAsync("/auth/reset-password", new { token, new_password = user.Password });
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NoContent), answer.Text);
        }

        /// <summary>The newest sign-in code mailed to the user.</summary>
        public async Task<string> NewestCodeAsync(TestUser user) => (await Mailbox.SignInCodesAsync(app, user.Email))[0];

        /// <summary>A code that is not the newest one.</summary>
        public async Task<string> WrongCodeAsync(TestUser user) =>
            (await Mailbox.SignInCodesAsync(app, user.Email)) is [var code, ..] && code == "000000" ? "111111" : "000000";
    }

    extension(ApiClient api)
    {
        /// <summary>Gives the password; returns the <c>mfa_token</c>.</summary>
        public async Task<string> BeginAsync(TestUser user, string? deviceName = null)
        {
            var answer = await api.PostAsync("/auth/login", new { email = user.Email, password = user.Password, device_name = deviceName });
            Assert.That(answer.Code, Is.EqualTo("mfa_required"), answer.Text);
            return answer.Json.GetProperty("mfa_token").GetString()!;
        }

        public Task<Answer> SendCodeAsync(string mfaToken) => api.PostAsync("/auth/mfa/email-code", new { mfa_token = mfaToken });

        public Task<Answer> AnswerAsync(string mfaToken, string code, string method = "email") =>
            api.PostAsync("/auth/mfa", new { mfa_token = mfaToken, method, code });

        /// <summary>Signs in with both factors.</summary>
        public async Task<ApiTokens> LoginWithCodeAsync(TestApp app, TestUser user)
        {
            var token = await api.BeginAsync(user);
            Assert.That((await api.SendCodeAsync(token)).Status, Is.EqualTo(HttpStatusCode.Accepted));
            var answer = await api.AnswerAsync(token, await app.NewestCodeAsync(user));
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
            return answer.Tokens;
        }
    }

    extension(PageClient browser)
    {
        /// <summary>Gives the password and has a code sent.</summary>
        public async Task BeginAsync(TestUser user, bool remember = false)
        {
            Assert.That((await browser.LoginAsync(user, remember)).Location, Is.EqualTo("/login/mfa"));
            var sent = await browser.SubmitAsync("/login/mfa", "/login/mfa/email-code");
            Assert.That(sent.Location, Is.EqualTo("/login/mfa?method=email"), sent.Text);
        }

        public Task<Answer> AnswerAsync(string code, bool trust = false, string query = "") => browser.SubmitAsync(
            $"/login/mfa{query}", "/login/mfa", ("Method", "email"), ("Code", code), ("TrustDevice", trust ? "true" : "false"));

        /// <summary>Signs in with both factors.</summary>
        public async Task LoginWithCodeAsync(TestApp app, TestUser user, bool remember = false, bool trust = false)
        {
            await browser.BeginAsync(user, remember);
            var answer = await browser.AnswerAsync(await app.NewestCodeAsync(user), trust);
            Assert.That(answer.Location, Is.EqualTo("/account"), answer.Text);
        }
    }
}
