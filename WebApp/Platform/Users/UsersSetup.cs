namespace WebApp.Platform.Users;

/// <summary>What a node remembers of users.</summary>
public static class UsersSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers it.</summary>
        public void AddUsers()
        {
            builder.Services.AddSingleton<UserSnapshots>();
        }
    }
}
