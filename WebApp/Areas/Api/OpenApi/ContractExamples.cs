using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>An example of every contract, for the document and for the test that sends them. Add examples of new contracts here.</summary>
public sealed class ContractExamples(IOptions<JsonOptions> options)
{
    /// <summary>A secret of 256 bits, as in links and keys.</summary>
    public const string Key = "kTb3Qh0vY5mXc1uWz8sJ2dRf6gNa9eLp4iOqBxVtHyE";

    /// <summary>A shortened refresh token.</summary>
    public const string Refresh = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJraW5kIjoicmVmcmVzaCJ9.c2lnbmF0dXJl";

    /// <summary>A device token: 64 characters.</summary>
    public const string Device = "AZqfk2VtQm6bR0yXc1uWz8sJ2dRf6gNa9eLp4iOqBxVtHyEkTb3Qh0vY5mXc1uWz";

    private const string Access = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ.eyJraW5kIjoiYWNjZXNzIn0.c2lnbmF0dXJl";
    private const string Email = "ada@example.org";
    private const string Password = "copper lantern, quiet harbour";
    private const string NewPassword = "velvet bridge, seven mornings";
    private const string Qr = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 33 33\"></svg>";
    private const string Verification = "https://accounts.example.org/device";

    private static readonly Guid User = new("019a9f7e-3c1d-7b52-9a40-5d2f6c8e1b73");
    private static readonly Guid Id = new("019aa3c4-91e2-7f0d-8b6a-2e4d7c905f18");
    private static readonly DateTimeOffset Then = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Then.AddDays(7);
    private static readonly string[] RecoveryCodes = ["7K4M-QX2P-9TNC", "H3VD-8RWY-5FJB"];

    private static readonly StatsPoint Figures = new(Then, 12, 1, 5230, new(0.4, 1.9, 7.2), 0.998, new(1.1, 4.0, 11.5), new(0.1, 2.6, 40.2), 87, 1);

    private static readonly FrozenDictionary<Type, object> All = new object[]
    {
        new AcceptInvitationRequest(Key, null),
        new AdminEventResponse(Id, 1041, Then, "signed_in", "success", User, null, Id, "203.0.113.7", "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0", "Firefox on Linux", "browser pwd"),
        new AdminLoginRequest("lantern over nine quiet harbours"),
        new ApiTokenResponse(Id, "Backup", ["profile.read"], Then, Later, null),
        new BootstrapRequest("usernamepassword", Email, Password, "Ada's laptop", Device),
        new ChangePasswordRequest(Password, NewPassword, null),
        new ClientRequest(
            "Grafana", null, false, true, false, ["https://grafana.example.org/login/generic_oauth"], ["https://grafana.example.org/"], ["profile", "email", "roles"], [], [], [],
            "https://grafana.example.org/backchannel-logout", null, null),
        new ClientResponse(
            "grafana", Key, 1, "Grafana", false, true, false, false, ["https://grafana.example.org/login/generic_oauth"], ["https://grafana.example.org/"], ["profile", "email", "roles"], [], [], [],
            "https://grafana.example.org/backchannel-logout", null, "ES256", Then),
        new ConfirmEmailRequest(null, Email, "48210573", Password),
        new ConsentResponse("grafana", "Grafana", ["openid", "profile"], false, Then),
        new CreateApiTokenRequest("Backup", ["profile.read"], 90),
        new CreateUserRequest(Email, "Ada", [], true),
        new DeviceRequest("Television", "Living room"),
        new DeviceResponse(Key, "WDJB-MJHT", Verification, $"{Verification}?code=WDJB-MJHT", 600, 5, Qr),
        new DeviceTokenRequest(Key, DeviceTokenRequest.DeviceGrant),
        new EventResponse(Id, Then, "login_succeeded", "Signed in", "success", "Firefox on Linux", "203.0.113.7", User),
        new ForgotPasswordRequest(Email),
        new GroupMemberRequest("admin"),
        new GroupMemberResponse(User, "Ada", Email, "owner", Then),
        new GroupRequest("Lighthouse keepers"),
        new GroupResponse(Id, "Lighthouse keepers", "owner", 3, Then),
        new IntrospectionResponse(true) { Sub = User, Username = Email, TokenType = "Bearer", Roles = ["user"], Iat = 1773480413, Exp = 1773481313, Jti = Id },
        new InvitationRequest("grace@example.org", "member"),
        new InvitationResponse(Id, "grace@example.org", "member", Then, Later),
        new LoginRequest(Email, Password, "Ada's laptop", Device),
        new MeResponse(
            User, Email, true, "Ada", ["user"], [], [new GroupMembership(Id, "Lighthouse keepers", "owner")], true, new("access_token", Id, ["pwd", "otp", "mfa"], Then, Then.AddMinutes(15))),
        new MfaEmailCodeRequest(Key),
        new MfaRequest(Key, "totp", "492039", Device),
        new MfaResponse(true, ["totp", "recovery_code"], Then, 8),
        new OutboxResponse(1, 0, 2, 1204, [new OutboxMessageResponse(Id, "mail", "confirm-email", "waiting", 1, Then, Then.AddMinutes(2), null, null, "The server asked to try again later.", "link", Then.AddDays(1))]),
        new PasswordRequirements(12, 16, 256, 3, ["lower case", "upper case", "digit", "symbol"]),
        new PasswordStrength(2, false, ["12 characters"], "This is a commonly used password.", ["Add another word or two."], [new("length", "12 characters")]),
        new PasswordStrengthRequest(Password, Email, "Ada"),
        new PermissionResponse("users.read", "Look up people and their accounts"),
        new ReauthenticateRequest(Password, null, null, null),
        new RecoveryCodesResponse(RecoveryCodes),
        new RefreshRequest(Refresh),
        new RegisterRequest(Email, Password, "Ada"),
        new ResetPasswordRequest(null, Email, "48210573", NewPassword),
        new RoleRequest("support", ["users.read"]),
        new RoleResponse(Id, "support", false, ["users.read"], 2),
        new SessionResponse(Id, "browser", "Firefox on Linux", "203.0.113.7", Then, Then.AddHours(1), Later, true),
        new SigningKeyResponse("20260314-1", Then.AddMinutes(10)),
        new StatsResponse(Then, 60, 2, 0, Figures, [Figures]),
        new StatusResponse("confirmation_sent"),
        new TokensResponse(Access, "Bearer", 900, Refresh, 604800, Id, Device),
        new TotpCodeRequest("492039"),
        new TotpOfferResponse("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "otpauth://totp/WebApp:ada@example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=WebApp", Qr),
        new UpdateMeRequest { DisplayName = "Ada" },
        new UserDetailResponse(
            User, Email, true, "Ada", false, null, true, ["user"], Then, Later, new(true, Then, false, 8, 1), [new(Id, "browser", "Firefox on Linux", "203.0.113.7", Then, Then.AddHours(1), Later, false)],
            [new(Id, "Lighthouse keepers", "owner")], [new(Id, "Backup", ["profile.read"], Then, Later, null)], [new(Id, Then, "signed_in", "success", "203.0.113.7", null)]),
        new UserResponse(User, Email, true, "Ada", false, null, true, ["user"], Then, Later),
        new UserRolesRequest(["admin", "user"]),
        new UserRolesResponse(["admin", "user"]),
    }.ToFrozenDictionary(example => example.GetType());

    /// <summary>The example as JSON; for a list, a list with one example.</summary>
    /// <exception cref="InvalidOperationException">There is no example.</exception>
    public JsonNode For(Type contract)
    {
        if (All.TryGetValue(contract, out var example))
        {
            return JsonSerializer.SerializeToNode(example, contract, options.Value.JsonSerializerOptions)!;
        }

        return contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IEnumerable<>)
            ? new JsonArray(For(contract.GetGenericArguments()[0]))
            : throw new InvalidOperationException($"{contract.Name} has no example; give it a line in {nameof(ContractExamples)}.");
    }
}
