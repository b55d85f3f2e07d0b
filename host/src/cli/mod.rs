mod terminal; mod table; mod markdown; mod quote; mod words; mod instance;
