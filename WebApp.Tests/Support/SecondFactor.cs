namespace WebApp.Tests.Support;

/// <summary>Sets the scene for sign-ins that ask for more than a password.</summary>
public static class SecondFactor
{
    /// <summary>Makes the account ask for a second factor.</summary>
    public static Task RequireAsync(TestApp app, TestUser user) =>
        app.QueryAsync<object>("UPDATE users SET two_factor_enabled = true, email_codes_enabled = true WHERE id = $1", user.Id);
}
