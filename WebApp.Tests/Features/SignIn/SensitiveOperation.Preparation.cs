using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SignIn;

// How the scene of each operation is set.
public sealed partial record SensitiveOperation
{
    private static async Task<object> ApiTokenAsync(SensitiveScene scene)
    {
        scene.Id = (await scene.App.QueryAsync<Guid>(
            "INSERT INTO api_tokens VALUES (gen_random_uuid(), $1, 'Backup', decode(md5(random()::text), 'hex'), '{}', now(), null, null, null) RETURNING id",
            scene.User.Id)).ToString();
        return new { };
    }

    private static async Task<object> ExternalLoginAsync(SensitiveScene scene)
    {
        scene.Id = (await scene.App.QueryAsync<Guid>(
            "INSERT INTO external_logins (id, user_id, issuer, subject, provider, created_at) VALUES (gen_random_uuid(), $1, 'https://idp.example.org/', $2, 'house', now()) RETURNING id",
            scene.User.Id,
            scene.User.Email)).ToString();
        return new { };
    }

    private static Task<object> PendingExternalLoginAsync(SensitiveScene scene)
    {
        scene.Browser.WithPendingExternalLogin(scene.App, scene.User.Email);
        return Task.FromResult<object>(new { });
    }

    private static async Task<object> OwnGroupAsync(SensitiveScene scene)
    {
        scene.Id = (await scene.App.QueryAsync<Guid>("INSERT INTO groups VALUES (gen_random_uuid(), 'Choir', now()) RETURNING id")).ToString();
        await scene.App.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'owner', now())", Guid.Parse(scene.Id), scene.User.Id);
        return new { };
    }

    private static async Task<object> WithMemberAsync(SensitiveScene scene, string role)
    {
        await OwnGroupAsync(scene);
        var member = await scene.App.CreateUserAsync();
        scene.OtherId = member.Id.ToString();
        await scene.App.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, 'member', now())", Guid.Parse(scene.Id!), member.Id);
        return new { role };
    }

    private static async Task<object> RoleAsync(SensitiveScene scene)
    {
        await scene.App.GiveAsync(scene.User, Role.AdminId);
        scene.Id = (await scene.App.QueryAsync<Guid>(
            "INSERT INTO roles (id, name, normalized_name) SELECT id, 'r' || id, 'R' || upper(id::text) FROM gen_random_uuid() id RETURNING id")).ToString();
        return new { name = $"s{Guid.NewGuid():N}" };
    }

    private static async Task<object> AdministratorAsync(SensitiveScene scene)
    {
        await scene.App.GiveAsync(scene.User, Role.AdminId);
        return new { };
    }

    private static async Task<object> FailedMailAsync(SensitiveScene scene)
    {
        scene.Id = (await scene.App.QueryAsync<Guid>(
            "INSERT INTO outbox_messages (id, channel, kind, created_at, attempts, next_attempt_at, failed_at, body) VALUES (gen_random_uuid(), 'mail', 'confirm_email', now(), 1, now(), now(), '\\x00') RETURNING id")).ToString();
        return await AdministratorAsync(scene);
    }

    private static async Task<object> RolesOfAnotherAsync(SensitiveScene scene)
    {
        await scene.App.GiveAsync(scene.User, Role.AdminId);
        scene.Id = (await scene.App.CreateUserAsync()).Id.ToString();
        return new { roles = new[] { "admin" } };
    }

    private static async Task<object> AnotherAsync(SensitiveScene scene)
    {
        await RolesOfAnotherAsync(scene);
        return new { display_name = "Somebody", Reason = "asked to look" };
    }

    private static async Task<Guid> OtherUserAsync(SensitiveScene scene)
    {
        await RolesOfAnotherAsync(scene);
        return Guid.Parse(scene.Id!);
    }

    private static async Task<object> UnfinishedAsync(SensitiveScene scene)
    {
        await scene.App.QueryAsync<object>("UPDATE users SET email_confirmed = false, password_hash = NULL WHERE id = $1", await OtherUserAsync(scene));
        return new { };
    }

    private static async Task<object> NewUserAsync(SensitiveScene scene)
    {
        await AdministratorAsync(scene);
        return new { email = $"new-{Guid.NewGuid():N}@example.org" };
    }

    private static async Task<object> SessionOfAnotherAsync(SensitiveScene scene)
    {
        scene.OtherId = (await scene.App.OpenBrowserSessionAsync(new(await OtherUserAsync(scene), "", ""))).Id.ToString();
        return new { };
    }

    private static async Task<object> TokenOfAnotherAsync(SensitiveScene scene)
    {
        scene.OtherId = (await scene.App.QueryAsync<Guid>(
            "INSERT INTO api_tokens VALUES (gen_random_uuid(), $1, 'Backup', decode(md5(random()::text), 'hex'), '{}', now(), null, null, null) RETURNING id",
            await OtherUserAsync(scene))).ToString();
        return new { };
    }

    // With two secrets, so that the older can be dropped.
    private static async Task<object> ApplicationAsync(SensitiveScene scene)
    {
        await AdministratorAsync(scene);
        var api = new ApiClient(scene.App);
        var access = (await api.LoginAsync(await scene.App.CreateAdminAsync())).Access;
        scene.Id = (await api.PostAsync("/admin/clients", new { name = "Wiki", redirect_uris = Callback }, access)).Json.GetProperty("client_id").GetString();
        await api.PostAsync($"/admin/clients/{scene.Id}/secret", null, access);
        return new { name = "Other", redirect_uris = Callback, RedirectUris = Callback[0] };
    }

    private static async Task<object> ApplicationWithLogoAsync(SensitiveScene scene)
    {
        await ApplicationAsync(scene);
        await scene.App.QueryAsync<object>("UPDATE applications SET logo_hash = md5(client_id) WHERE client_id = $1", scene.Id!);
        return new { Picture = Applications.ApplicationLogoTests.Png };
    }

    private static async Task<object> AnyGroupAsync(SensitiveScene scene)
    {
        await WithMemberAsync(scene, "member");
        await scene.App.GiveAsync(scene.User, Role.AdminId);
        return new { Name = "Renamed" };
    }

    private static async Task<object> PhoneAsync(SensitiveScene scene)
    {
        await scene.App.QueryAsync<object>("INSERT INTO totp_credentials VALUES ($1, '', now(), now(), null)", scene.User.Id);
        await scene.App.QueryAsync<object>("UPDATE users SET two_factor_enabled = true WHERE id = $1", scene.User.Id);
        return new { };
    }

    private static async Task<string> OfferPhoneAsync(SensitiveScene scene, string kind)
    {
        var session = await scene.App.QueryAsync<Guid>("SELECT id FROM sessions WHERE user_id = $1 AND kind = $2 AND revoked_at IS NULL", scene.User.Id, kind);
        await using var services = scene.App.Services.CreateAsyncScope();
        var offer = await services.ServiceProvider.GetRequiredService<TotpEnrolment>().BeginAsync(new(scene.User.Id, session, new(null, null)), CancellationToken.None);
        return new Authenticator(offer!.Secret).CodeAt(scene.App.Clock.GetUtcNow() + scene.Wait);
    }

    private static async Task<object> MailedCodesAsync(SensitiveScene scene)
    {
        await scene.App.QueryAsync<object>(MailedCodes, scene.User.Id);
        return new { };
    }

    private static async Task<object> PasskeyAsync(SensitiveScene scene)
    {
        using var passkey = await SoftPasskey.AddAsync(scene.App, scene.User);
        scene.Id = passkey.PathId;
        return new { Name = "Renamed" };
    }

    private static async Task<object> EnrolAsync(SensitiveScene scene)
    {
        using var passkey = new SoftPasskey(scene.User.Id);
        var options = await scene.Browser.SubmitAsync("/account", "/account/passkeys/add/options");
        return new { Name = "Mine", Credential = passkey.Enrol(options.Text, new(scene.App.BaseAddress.GetLeftPart(UriPartial.Authority))) };
    }
}
