namespace WebApp.Platform.Users;

/// <summary>Sets up the cache of users.</summary>
public static class UsersSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the cache.</summary>
        public void AddUsers()
        {
            builder.Services.AddSingleton<UserSnapshots>();
        }
    }
}
